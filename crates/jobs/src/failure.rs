use std::time::Duration;

use plinth_application::Error;
use plinth_domain::Code;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why an attempt failed. The message of the error is shown to the members of the organization; its
/// sources are only logged.
#[derive(Debug, thiserror::Error)]
pub enum JobFailure {
    /// Another attempt may succeed.
    #[error("{0}")]
    Retry(Source),
    /// The organization uses all that it may at once. The attempt does not count.
    #[error("{0}")]
    Busy(Source),
    /// Another attempt may succeed after this time. This one does not count.
    #[error("{0}")]
    Later(Source, Duration),
    /// No attempt will succeed.
    #[error("{0}")]
    Permanent(Source),
}

impl JobFailure {
    /// Another attempt may succeed.
    pub fn retry(error: impl Into<Source>) -> Self {
        Self::Retry(error.into())
    }

    /// No attempt will succeed.
    pub fn permanent(error: impl Into<Source>) -> Self {
        Self::Permanent(error.into())
    }

    /// Whether no attempt will succeed.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::Permanent(_))
    }

    /// The code of the error, for a use case's.
    pub(crate) fn code(&self) -> Option<Code> {
        Self::code_of(self.source())
    }

    /// The code of an error, for a use case's.
    pub(crate) fn code_of(error: &(dyn std::error::Error + 'static)) -> Option<Code> {
        error.downcast_ref::<Error>().and_then(Error::code)
    }

    pub(crate) fn source(&self) -> &(dyn std::error::Error + 'static) {
        match self {
            Self::Retry(source)
            | Self::Busy(source)
            | Self::Later(source, _)
            | Self::Permanent(source) => &**source,
        }
    }
}

impl From<Error> for JobFailure {
    /// An error of the request itself is permanent; an outage, a lock or a concurrent write may be
    /// retried.
    fn from(error: Error) -> Self {
        match error {
            Error::Overloaded { .. } | Error::Exhausted { .. } => Self::Busy(error.into()),
            error if error.may_pass() => Self::retry(error),
            error => Self::permanent(error),
        }
    }
}

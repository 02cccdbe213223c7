use plinth_application::Error;

/// What a handler was kept from its work by.
type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a job could not be done. What its error displays is shown to the people
/// of the organization; its sources are only logged.
#[derive(Debug, thiserror::Error)]
pub enum JobFailure {
    /// It may go better the next time.
    #[error("{0}")]
    Retry(Source),
    /// It will never be done.
    #[error("{0}")]
    Permanent(Source),
}

impl JobFailure {
    /// It may go better the next time.
    pub fn retry(error: impl Into<Source>) -> Self {
        Self::Retry(error.into())
    }

    /// It will never be done.
    pub fn permanent(error: impl Into<Source>) -> Self {
        Self::Permanent(error.into())
    }

    /// Whether another attempt would be in vain.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::Permanent(_))
    }

    pub(crate) fn source(&self) -> &(dyn std::error::Error + 'static) {
        match self {
            Self::Retry(source) | Self::Permanent(source) => &**source,
        }
    }
}

impl From<Error> for JobFailure {
    /// What the caller's own request is wrong with stays wrong; what is away,
    /// or in somebody else's hands, comes back.
    fn from(error: Error) -> Self {
        match error {
            Error::Stale
            | Error::KeyInUse
            | Error::Busy
            | Error::RateLimited(_)
            | Error::Unavailable(_)
            | Error::Internal(_) => Self::retry(error),
            Error::NotFound(_)
            | Error::Unauthenticated { .. }
            | Error::Forbidden(_)
            | Error::Refused { .. }
            | Error::Invalid(_)
            | Error::TooLarge { .. }
            | Error::Conflict { .. }
            | Error::KeyReused => Self::permanent(error),
        }
    }
}

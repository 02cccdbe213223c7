mod body;
mod redacted;

use plinth_domain::ModelFault;
use plinth_outgoing::{BodyError, OutgoingError};

pub(crate) use body::{of_status, reported};
pub(crate) use redacted::redacted;

/// A fault with its detail, which may still hold the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) fault: ModelFault,
    pub(crate) detail: String,
}

impl Failure {
    pub(crate) fn new(fault: ModelFault, detail: impl Into<String>) -> Self {
        Self { fault, detail: detail.into() }
    }

    /// The fault with the sentence of its code.
    pub(crate) fn of(fault: ModelFault) -> Self {
        Self::new(fault, fault.code().meaning())
    }

    /// The answer is not what the API says.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(ModelFault::InvalidResponse, detail)
    }

    /// The request cannot be made for this API.
    pub(crate) fn rejected(detail: impl Into<String>) -> Self {
        Self::new(ModelFault::Rejected, detail)
    }

    /// A failure after content has come: what the provider reports then has one fault.
    pub(crate) fn in_the_middle(self) -> Self {
        match self.fault {
            ModelFault::InvalidResponse | ModelFault::TooLarge => self,
            _ => Self { fault: ModelFault::Failed, ..self },
        }
    }
}

impl From<OutgoingError> for Failure {
    fn from(error: OutgoingError) -> Self {
        let fault = match &error {
            OutgoingError::Forbidden { .. } | OutgoingError::Redirect { .. } => {
                ModelFault::AddressForbidden
            }
            OutgoingError::Encoded { .. } => ModelFault::InvalidResponse,
            OutgoingError::ConnectTimeout => ModelFault::ConnectTimeout,
            OutgoingError::Unreachable { .. } => ModelFault::Unreachable,
        };
        Self::new(fault, error.to_string())
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        let fault = match &error {
            BodyError::TooLarge => ModelFault::TooLarge,
            BodyError::Cut { .. } => ModelFault::StreamCut,
        };
        Self::new(fault, error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::invalid(format!("the answer is not the JSON of this API: {error}"))
    }
}

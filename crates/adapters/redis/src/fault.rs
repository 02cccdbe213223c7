use plinth_ports::StoreError;
use redis::{ErrorKind, RedisError, ServerErrorKind};

/// Why Redis did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// It did not answer a moment ago, and is left alone.
    #[error("Redis did not answer a moment ago, and was not asked again yet")]
    Resting,
    /// No answer came in time.
    #[error("Redis does not answer in time")]
    Silent,
    /// It cannot be reached, or does not let us in.
    #[error("Redis cannot be reached")]
    Away(#[source] RedisError),
    /// It answered, with an error.
    #[error("Redis refuses")]
    Refused(#[source] RedisError),
}

impl Fault {
    /// What it means that a question failed on an open connection.
    pub(crate) fn of(error: RedisError) -> Self {
        match error.kind() {
            ErrorKind::Server(_) | ErrorKind::Extension | ErrorKind::UnexpectedReturnType => {
                Self::Refused(error)
            }
            _ => Self::Away(error),
        }
    }

    /// Whether the connection is of no use any more.
    pub(crate) fn is_loss(&self) -> bool {
        matches!(self, Self::Silent | Self::Away(_))
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match &fault {
            Fault::Refused(error) if !is_passing(error.kind()) => Self::Other(fault.into()),
            _ => Self::Unavailable(fault.into()),
        }
    }
}

/// Whether the same question may be answered soon: it starts up, or another
/// server takes over.
fn is_passing(kind: ErrorKind) -> bool {
    use ServerErrorKind::{BusyLoading, ClusterDown, MasterDown, ReadOnly, TryAgain};
    matches!(kind, ErrorKind::Server(BusyLoading | ClusterDown | MasterDown | ReadOnly | TryAgain))
}

use plinth_ports::StoreError;
use redis::{ErrorKind, RedisError, ServerErrorKind};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The circuit breaker is open: the command was not sent.
    #[error("Redis timed out a moment ago, and the command was not sent")]
    CircuitOpen,
    /// No response arrived within the timeout.
    #[error("Redis timed out")]
    TimedOut,
    /// There is no connection, or the login was refused.
    #[error("Redis cannot be reached")]
    Unreachable(#[source] RedisError),
    /// Redis answered with an error.
    #[error("Redis refused the command")]
    Refused(#[source] RedisError),
}

impl Fault {
    /// The fault behind an error on an open connection.
    pub(crate) fn of(error: RedisError) -> Self {
        match error.kind() {
            ErrorKind::Server(_) | ErrorKind::Extension | ErrorKind::UnexpectedReturnType => {
                Self::Refused(error)
            }
            _ => Self::Unreachable(error),
        }
    }

    /// Logs that Redis refused to count. The other faults are reported by the health check.
    pub(crate) fn warn_if_refused(&self) {
        if let Self::Refused(error) = self {
            let error = error as &dyn std::error::Error;
            tracing::warn!(error, "Redis cannot count a request");
        }
    }

    /// Whether the connection must be replaced.
    pub(crate) fn is_loss(&self) -> bool {
        matches!(self, Self::TimedOut | Self::Unreachable(_))
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

/// Whether a retry may succeed soon: Redis is starting, or a failover is in progress.
fn is_passing(kind: ErrorKind) -> bool {
    use ServerErrorKind::{BusyLoading, ClusterDown, MasterDown, ReadOnly, TryAgain};
    matches!(kind, ErrorKind::Server(BusyLoading | ClusterDown | MasterDown | ReadOnly | TryAgain))
}

use plinth_domain::Timestamp;
use uuid::Uuid;

/// The lease of a running execution.
#[derive(Debug, Clone, Copy)]
pub(super) struct ExecutionLease {
    pub(super) holder: Uuid,
    pub(super) until: Timestamp,
    pub(super) cancel_requested: bool,
}

use async_trait::async_trait;

use crate::Result;

/// Elects one of many processes for work that only one of them should do:
/// numbering audit records, ticking schedules.
///
/// It only avoids duplicate work: a leader that lost its connection may continue for a moment, so
/// the work must tolerate two processes at once.
#[async_trait]
pub trait Leadership: Send + Sync {
    /// Tries to become the leader of this name, without waiting; `None` when
    /// another process leads.
    async fn try_lead(&self, name: &'static str) -> Result<Option<Box<dyn Lead>>>;
}

/// The leadership of this process, until it is dropped or lost.
#[async_trait]
pub trait Lead: Send {
    /// Whether this process still leads. A leader checks this regularly.
    async fn is_held(&mut self) -> bool;
}

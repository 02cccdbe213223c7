use std::time::Duration;

use async_trait::async_trait;

use crate::Result;

/// Elects one of many processes for work that only one of them should do:
/// numbering audit records, ticking schedules.
///
/// The lead is a lease on the store's clock. A leader that vanishes without a word is replaced when
/// its lease has expired. A leader that is cut off may go on for a moment, so the work must tolerate
/// two processes at once.
#[async_trait]
pub trait Leadership: Send + Sync {
    /// Tries to become the leader of this name, without waiting; `None` when
    /// another process leads.
    async fn try_lead(&self, name: &'static str) -> Result<Option<Box<dyn Lead>>>;
}

/// The leadership of this process. When it is dropped, it lasts until its lease expires.
#[async_trait]
pub trait Lead: Send {
    /// How long the lead lasts after it was taken or renewed.
    fn lease(&self) -> Duration;

    /// Extends the lease. Returns `false` when another process leads. A leader renews several times
    /// within a lease.
    async fn renew(&mut self) -> Result<bool>;

    /// Ends the lead, so that another process can lead at once.
    async fn release(self: Box<Self>) -> Result<()>;
}

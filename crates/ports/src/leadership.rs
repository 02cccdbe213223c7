use async_trait::async_trait;

use crate::Result;

/// Picks one of many processes for work that one of them must do: the
/// journal's sequence, the schedules.
///
/// It saves the others the effort, and no more: a leader that was cut off may
/// believe in itself for a moment longer, so whatever it does must be harmless
/// when two do it.
#[async_trait]
pub trait Leadership: Send + Sync {
    /// Takes the lead of this name, unless somebody has it. Never waits for it.
    async fn try_lead(&self, name: &'static str) -> Result<Option<Box<dyn Lead>>>;
}

/// The lead, until it is dropped or lost.
#[async_trait]
pub trait Lead: Send {
    /// Whether it still is: asked now and then between two pieces of work.
    async fn is_held(&mut self) -> bool;
}

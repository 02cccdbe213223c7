use async_trait::async_trait;

use crate::Result;

/// Sees to it that of all processes one leads.
#[async_trait]
pub trait Leadership: Send + Sync {
    /// Takes the lead in the matter of this name; `None` while another has it.
    async fn try_lead(&self, name: &str) -> Result<Option<Box<dyn Lead>>>;
}

/// The lead, until it is dropped or lost.
#[async_trait]
pub trait Lead: Send + Sync {
    /// Whether it is still held. Ask now and then, and stop leading when not.
    async fn is_held(&mut self) -> bool;
}

use async_trait::async_trait;
use plinth_ports::{Down, Health};

/// The health of a [`crate::MemoryStore`], which is never down.
#[derive(Debug, Clone, Copy, Default)]
pub struct AlwaysHealthy;

#[async_trait]
impl Health for AlwaysHealthy {
    async fn check(&self) -> Result<&'static str, Down> {
        Ok("ok")
    }
}

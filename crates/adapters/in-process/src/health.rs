use async_trait::async_trait;
use plinth_ports::{Down, Health};

/// The health of a dependency that has no server because none is configured.
/// It reports `in-process`, so that an `ok` always means a real server.
#[derive(Debug, Clone, Copy, Default)]
pub struct InProcessHealth;

#[async_trait]
impl Health for InProcessHealth {
    async fn check(&self) -> Result<&'static str, Down> {
        Ok("in-process")
    }
}

use async_trait::async_trait;
use plinth_ports::{Down, Health};

/// The health of what runs inside the process because no server is configured
/// for it: it says so, instead of an `ok` for something that is not there.
#[derive(Debug, Clone, Copy, Default)]
pub struct InProcess;

#[async_trait]
impl Health for InProcess {
    async fn check(&self) -> Result<&'static str, Down> {
        Ok("in-process")
    }
}

/// The health of a [`crate::MemoryStore`], which cannot go away.
#[derive(Debug, Clone, Copy, Default)]
pub struct AlwaysThere;

#[async_trait]
impl Health for AlwaysThere {
    async fn check(&self) -> Result<&'static str, Down> {
        Ok("ok")
    }
}

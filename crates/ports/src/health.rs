use async_trait::async_trait;

/// A dependency does not answer.
#[derive(Debug, thiserror::Error)]
#[error("it does not answer")]
pub struct Down(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// A dependency that can be asked whether it is there.
#[async_trait]
pub trait Health: Send + Sync {
    /// Asks it something small (`SELECT 1`, `PING`), each time anew. Answers
    /// the word that `/healthz` shows: `ok`, or `in-process` where no server
    /// is configured.
    async fn check(&self) -> Result<&'static str, Down>;
}

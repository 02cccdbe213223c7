use async_trait::async_trait;

/// A dependency that does not respond.
#[derive(Debug, thiserror::Error)]
#[error("it does not answer")]
pub struct Down(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// A dependency whose availability can be checked.
#[async_trait]
pub trait Health: Send + Sync {
    /// Sends it a cheap request (`SELECT 1`, `PING`). Returns the word that
    /// `/healthz` shows: `ok`, or `in-process` where no server is configured.
    async fn check(&self) -> Result<&'static str, Down>;
}

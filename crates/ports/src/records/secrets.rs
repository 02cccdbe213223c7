//! Secrets that an organization entrusts, encrypted.

use async_trait::async_trait;
use plinth_domain::SecretId;

use crate::{Result, SealedSecret};

/// Stores secrets. What is sealed never changes: another secret is another row.
#[async_trait]
pub trait SealedSecrets: Send {
    /// Finds a secret.
    async fn find(&mut self, secret: SecretId) -> Result<Option<SealedSecret>>;
    /// Stores a new secret.
    async fn insert(&mut self, secret: &SealedSecret) -> Result<()>;
    /// Removes a secret to which nothing refers any more; it is no error when it does not exist.
    async fn remove(&mut self, secret: SecretId) -> Result<()>;
}

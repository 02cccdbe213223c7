use async_trait::async_trait;
use uuid::Uuid;

use crate::Result;

/// What the object storage itself says about the database that it belongs to, beside its blobs. The
/// listing of blobs leaves these objects out.
#[async_trait]
pub trait StorageOwner: Send + Sync {
    /// The identity of the database that has adopted the storage; `None` before the first.
    async fn owner(&self) -> Result<Option<String>>;

    /// Records that the database with this identity owns the storage.
    async fn set_owner(&self, identity: &str) -> Result<()>;

    /// Writes, reads, lists and removes a small object, named by `id`.
    async fn probe(&self, id: Uuid) -> Result<()>;
}

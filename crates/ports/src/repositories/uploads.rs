use async_trait::async_trait;
use plinth_domain::{Upload, UploadId};

use crate::Result;

/// Reads and writes uploads under way. They are their maker's alone, and no
/// list shows them.
#[async_trait]
pub trait Uploads: Send {
    /// Finds one.
    async fn find(&mut self, id: UploadId) -> Result<Option<Upload>>;
    /// Stores a new one.
    async fn insert(&mut self, upload: &Upload) -> Result<()>;
    /// Stores its next revision; `Stale` unless the one before it is stored.
    async fn update(&mut self, upload: &Upload) -> Result<()>;
    /// Removes it; `Stale` unless exactly this revision is stored.
    async fn remove(&mut self, upload: &Upload) -> Result<()>;
}

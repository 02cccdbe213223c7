//! Uploads in progress.

use async_trait::async_trait;
use plinth_domain::{Upload, UploadId};

use crate::Result;

/// Reads and writes uploads in progress. Only the creator can read an upload, and there is no list,
/// so it is not a [`Record`](super::Record).
#[async_trait]
pub trait Uploads: Send {
    /// Finds an upload.
    async fn find(&mut self, id: UploadId) -> Result<Option<Upload>>;
    /// Finds an upload and locks it: another unit that locks it waits for the end of this one.
    async fn lock(&mut self, id: UploadId) -> Result<Option<Upload>>;
    /// Finds uploads and locks them like [`Self::lock`], in an order that is the same for all units.
    /// Those that do not exist are left out.
    async fn lock_all(&mut self, ids: &[UploadId]) -> Result<Vec<Upload>>;
    /// Stores a new upload.
    async fn insert(&mut self, upload: &Upload) -> Result<()>;
    /// Stores the next revision; [`Stale`](crate::StoreError::Stale) unless the
    /// one before it is stored.
    async fn update(&mut self, upload: &Upload) -> Result<()>;
    /// Removes the upload; [`Stale`](crate::StoreError::Stale) unless exactly
    /// this revision is stored.
    async fn remove(&mut self, upload: &Upload) -> Result<()>;
}

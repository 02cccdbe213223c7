use async_trait::async_trait;
use plinth_domain::{
    BlobKey, DocumentId, DocumentVersionId, OrganizationId, Timestamp, Upload, UploadId,
};

use crate::Result;

/// A version whose bytes must lie in the object storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Whose it is.
    pub organization: OrganizationId,
    /// Its document.
    pub document: DocumentId,
    /// The version.
    pub version: DocumentVersionId,
    /// Where its bytes lie.
    pub key: BlobKey,
    /// How many there are.
    pub size_bytes: u64,
}

/// What the database says about the object storage, across organizations: for
/// the sweep and for `plinth storage verify`.
#[async_trait]
pub trait StorageLedger: Send + Sync {
    /// Gives up open uploads whose time was over at `now`, and answers those
    /// of which something may still be stored; `limit` of them at most. It
    /// answers them again until [`StorageLedger::forget_upload`].
    async fn abandon_uploads(&self, now: Timestamp, limit: u16) -> Result<Vec<Upload>>;

    /// Removes an abandoned upload; one that is gone already is no error.
    async fn forget_upload(&self, organization: OrganizationId, upload: UploadId) -> Result<()>;

    /// Versions in the order of organization and identity, behind `after`.
    async fn entries(
        &self,
        after: Option<(OrganizationId, DocumentVersionId)>,
        limit: u16,
    ) -> Result<Vec<LedgerEntry>>;

    /// Which of these blobs belong to a version or an upload that is known, in
    /// the order asked.
    async fn knows(&self, keys: &[BlobKey]) -> Result<Vec<bool>>;
}

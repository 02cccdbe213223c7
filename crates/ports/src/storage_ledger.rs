use async_trait::async_trait;
use plinth_domain::{
    BlobKey, DocumentId, DocumentVersionId, OrganizationId, Timestamp, Upload, UploadId,
};

use crate::Result;

/// A version whose content must be in the object storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The document.
    pub document: DocumentId,
    /// The version.
    pub version: DocumentVersionId,
    /// The key of the content.
    pub key: BlobKey,
    /// The length of the content in bytes.
    pub size_bytes: u64,
}

/// What the database knows about a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobStatus {
    /// A version or an upload has it.
    Recorded,
    /// Its organization exists, and has no record of it.
    Orphaned,
    /// Its organization does not exist: another installation may have stored it.
    OtherInstallation,
}

/// A version that no job will process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnprocessedVersion {
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The document.
    pub document: DocumentId,
    /// The version.
    pub version: DocumentVersionId,
}

/// The database's records about the object storage, for all organizations. The sweep and `plinth
/// storage verify` use them.
#[async_trait]
pub trait StorageLedger: Send + Sync {
    /// Abandons open uploads that have expired at `now`, and returns up to `limit`
    /// uploads that may still have stored bytes. An upload is returned again
    /// until [`StorageLedger::forget_upload`].
    async fn abandon_uploads(&self, now: Timestamp, limit: u16) -> Result<Vec<Upload>>;

    /// Removes an abandoned upload; it is no error when it does not exist.
    async fn forget_upload(&self, organization: OrganizationId, upload: UploadId) -> Result<()>;

    /// Up to `limit` versions after `after`, in the order of organization and
    /// identity.
    async fn entries(
        &self,
        after: Option<(OrganizationId, DocumentVersionId)>,
        limit: u16,
    ) -> Result<Vec<LedgerEntry>>;

    /// What the database knows about each of these blobs, in the order of `keys`.
    async fn classify(&self, keys: &[BlobKey]) -> Result<Vec<BlobStatus>>;

    /// Up to `limit` versions whose processing has not ended although no open job processes them.
    async fn unprocessed(&self, limit: u16) -> Result<Vec<UnprocessedVersion>>;

    /// Identifies this database. A copy of it, restored or cloned, has another identity.
    async fn identity(&self) -> Result<String>;
}

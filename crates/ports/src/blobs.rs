use std::{ops::Range, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use plinth_domain::{BlobKey, OrganizationId, Timestamp, UploadId};

use crate::Result;

/// A stream of bytes.
pub type ByteStream = BoxStream<'static, Result<Bytes>>;

/// The storage's identifier of a multipart upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MultipartId(pub String);

/// The storage's receipt for a part: on S3, its `ETag`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartReceipt(pub String);

/// A stored blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobInfo {
    /// The key, as stored.
    pub key: String,
    /// The length in bytes.
    pub size: u64,
    /// The time of its writing.
    pub modified: Timestamp,
}

/// A URL that gives access to its holder for a limited time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresignedUrl(pub String);

/// The headers of a presigned download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disposition {
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// The value of `Content-Disposition` (RFC 6266).
    pub content_disposition: String,
}

/// The object storage: an S3-compatible service, a folder, or memory.
///
/// A failure is [`crate::StoreError::Unavailable`] when a retry may succeed, and
/// [`crate::StoreError::Other`] otherwise.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Stores a small blob in one request, and replaces one with the same key.
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<()>;

    /// Begins a multipart upload. The blob does not exist until
    /// [`Blobs::complete`].
    async fn begin(&self, key: &BlobKey) -> Result<MultipartId>;

    /// Stores part `number`, from 0, and replaces one with the same number.
    /// Every part but the last is exactly [`PART_BYTES`] long.
    /// [`crate::StoreError::Conflict`] (`blob_parts`) when the upload
    /// does not exist any more.
    async fn put_part(
        &self,
        key: &BlobKey,
        upload: &MultipartId,
        number: u16,
        bytes: Bytes,
    ) -> Result<PartReceipt>;

    /// Combines all parts, in the order of their numbers, into the blob.
    /// [`crate::StoreError::Conflict`] (`blob_parts`) when a part is not stored.
    async fn complete(
        &self,
        key: &BlobKey,
        upload: &MultipartId,
        parts: &[PartReceipt],
    ) -> Result<()>;

    /// Removes a multipart upload and its parts; it is no error when it does not
    /// exist.
    async fn abort(&self, key: &BlobKey, upload: &MultipartId) -> Result<()>;

    /// Finds a blob; `None` when it does not exist.
    async fn find(&self, key: &BlobKey) -> Result<Option<BlobInfo>>;

    /// Reads a blob, or the bytes in `range`; `None` when it does not exist. A
    /// range is not empty and begins within the blob; its part beyond the end is
    /// left out.
    async fn read(&self, key: &BlobKey, range: Option<Range<u64>>) -> Result<Option<ByteStream>>;

    /// Removes a blob; it is no error when it does not exist.
    async fn remove(&self, key: &BlobKey) -> Result<()>;

    /// Removes every tail of an upload, also those that no record names.
    async fn remove_tails(&self, organization: OrganizationId, upload: UploadId) -> Result<()>;

    /// Lists all blobs, in no particular order.
    fn list(&self) -> BoxStream<'static, Result<BlobInfo>>;

    /// Lists the blobs of an organization, in no particular order.
    fn list_of(&self, organization: OrganizationId) -> BoxStream<'static, Result<BlobInfo>>;

    /// A URL to read a blob with `GET`; `None` where the storage has none.
    async fn presign_read(
        &self,
        _key: &BlobKey,
        _disposition: &Disposition,
        _ttl: Duration,
    ) -> Result<Option<PresignedUrl>> {
        Ok(None)
    }

    /// A URL to `PUT` part `number`, from 0, of a multipart upload; `None` where
    /// the storage has none. It accepts exactly `length` bytes. The `ETag` of the response is the
    /// part's receipt.
    async fn presign_part(
        &self,
        _key: &BlobKey,
        _upload: &MultipartId,
        _number: u16,
        _length: u64,
        _ttl: Duration,
    ) -> Result<Option<PresignedUrl>> {
        Ok(None)
    }
}

/// The length of every part but the last: 8 MiB. The 10,000 parts that S3
/// allows are more than the largest upload needs.
pub const PART_BYTES: usize = 8 * 1024 * 1024;

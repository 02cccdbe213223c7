use std::{ops::Range, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use plinth_domain::{BlobKey, Timestamp};

use crate::Result;

/// Bytes as they come.
pub type ByteStream = BoxStream<'static, Result<Bytes>>;

/// The storage's own name for a multipart upload that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MultipartId(pub String);

/// The storage's receipt for one part: on S3, its `ETag`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartReceipt(pub String);

/// A stored blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobInfo {
    /// Its key, as the storage has it.
    pub key: String,
    /// Its length in bytes.
    pub size: u64,
    /// When it was written.
    pub modified: Timestamp,
}

/// A URL that admits whoever holds it, for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresignedUrl(pub String);

/// What a presigned download tells the client's browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disposition {
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// The value of `Content-Disposition` (RFC 6266).
    pub content_disposition: String,
}

/// Where files are kept: an S3-compatible service, a folder, or memory.
///
/// Every failure is [`crate::StoreError::Unavailable`] when trying again later
/// may help, and [`crate::StoreError::Other`] otherwise.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Stores a small blob at once, in the place of one with the same key.
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<()>;

    /// Begins a multipart upload. Nothing is seen under `key` until
    /// [`Blobs::complete`].
    async fn begin(&self, key: &BlobKey) -> Result<MultipartId>;

    /// Stores part `number`, from 0; one with the same number is replaced.
    /// Every part but the last is exactly [`PART_BYTES`] long.
    /// [`crate::StoreError::Conflict`] (`blob_parts`) when there is no such
    /// upload any more.
    async fn put_part(
        &self,
        key: &BlobKey,
        upload: &MultipartId,
        number: u16,
        bytes: Bytes,
    ) -> Result<PartReceipt>;

    /// Puts all the parts together under `key`: from number 0, in their order.
    /// [`crate::StoreError::Conflict`] (`blob_parts`) when the storage does
    /// not have such parts.
    async fn complete(
        &self,
        key: &BlobKey,
        upload: &MultipartId,
        parts: &[PartReceipt],
    ) -> Result<()>;

    /// Forgets a multipart upload and its parts; one that is gone already is
    /// no error.
    async fn abort(&self, key: &BlobKey, upload: &MultipartId) -> Result<()>;

    /// Finds a blob.
    async fn find(&self, key: &BlobKey) -> Result<Option<BlobInfo>>;

    /// Reads a blob, or the bytes of it in `range`; `None` when there is none.
    /// A range holds a byte at least and begins within the blob; what it names
    /// beyond the end is left out.
    async fn read(&self, key: &BlobKey, range: Option<Range<u64>>) -> Result<Option<ByteStream>>;

    /// Removes a blob; one that is gone already is no error.
    async fn remove(&self, key: &BlobKey) -> Result<()>;

    /// Lists every blob, in no order.
    fn list(&self) -> BoxStream<'static, Result<BlobInfo>>;

    /// A URL to read a blob with `GET`; `None` where the storage cannot.
    async fn presign_read(
        &self,
        _key: &BlobKey,
        _disposition: &Disposition,
        _ttl: Duration,
    ) -> Result<Option<PresignedUrl>> {
        Ok(None)
    }

    /// A URL to `PUT` part `number`, from 0, of a multipart upload; `None`
    /// where the storage cannot. The answer's `ETag` is the part's receipt.
    async fn presign_part(
        &self,
        _key: &BlobKey,
        _upload: &MultipartId,
        _number: u16,
        _ttl: Duration,
    ) -> Result<Option<PresignedUrl>> {
        Ok(None)
    }
}

/// The length of every part but the last: 8 MiB. With the 10,000 parts that
/// S3 allows it reaches far beyond the largest upload.
pub const PART_BYTES: usize = 8 * 1024 * 1024;

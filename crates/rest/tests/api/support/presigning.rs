use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use plinth_domain::{BlobKey, BlobLocation, OrganizationId, UploadId};
use plinth_object_store::MemoryBlobs;
use plinth_ports::{
    BlobInfo, Blobs, ByteStream, Disposition, MultipartId, PartReceipt, PresignedUrl, Result,
    StoreError,
};

/// Blobs in memory with presigned URLs like those of an S3-compatible storage. The adapter's tests
/// check that such URLs work.
#[derive(Clone, Default)]
pub struct PresigningBlobs {
    pub inner: MemoryBlobs,
    /// How many responses about the bytes of a version are lost.
    lost_answers: Arc<AtomicUsize>,
    /// How many tails are refused.
    refused_tails: Arc<AtomicUsize>,
    /// How often a blob was read.
    reads: Arc<AtomicUsize>,
}

impl PresigningBlobs {
    /// Loses the next responses about the bytes of a version: that they are stored, or found.
    pub fn lose_answers(&self, count: usize) {
        self.lost_answers.store(count, Ordering::SeqCst);
    }

    /// Refuses the next tails of uploads.
    pub fn refuse_tails(&self, count: usize) {
        self.refused_tails.store(count, Ordering::SeqCst);
    }

    /// How often a blob was read.
    pub fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }

    fn answer(&self, key: &BlobKey) -> Result<()> {
        let take = |left: usize| left.checked_sub(1);
        let left = match key.location() {
            BlobLocation::Content(..) => &self.lost_answers,
            BlobLocation::Tail(..) => &self.refused_tails,
            BlobLocation::Thumbnail(..) => return Ok(()),
        };
        if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok() {
            return Err(StoreError::Unavailable("the answer is lost".into()));
        }
        Ok(())
    }
}

#[async_trait]
impl Blobs for PresigningBlobs {
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<()> {
        self.inner.put(key, bytes).await?;
        self.answer(key)
    }
    async fn begin(&self, key: &BlobKey) -> Result<MultipartId> {
        self.inner.begin(key).await
    }
    async fn put_part(
        &self,
        key: &BlobKey,
        upload: &MultipartId,
        number: u16,
        bytes: Bytes,
    ) -> Result<PartReceipt> {
        self.inner.put_part(key, upload, number, bytes).await
    }
    async fn complete(
        &self,
        key: &BlobKey,
        upload: &MultipartId,
        parts: &[PartReceipt],
    ) -> Result<()> {
        self.inner.complete(key, upload, parts).await?;
        self.answer(key)
    }
    async fn abort(&self, key: &BlobKey, upload: &MultipartId) -> Result<()> {
        self.inner.abort(key, upload).await
    }
    async fn find(&self, key: &BlobKey) -> Result<Option<BlobInfo>> {
        let found = self.inner.find(key).await?;
        self.answer(key)?;
        Ok(found)
    }
    async fn read(&self, key: &BlobKey, range: Option<Range<u64>>) -> Result<Option<ByteStream>> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.inner.read(key, range).await
    }
    async fn remove(&self, key: &BlobKey) -> Result<()> {
        self.inner.remove(key).await
    }
    async fn remove_tails(&self, organization: OrganizationId, upload: UploadId) -> Result<()> {
        self.inner.remove_tails(organization, upload).await
    }
    fn list(&self) -> BoxStream<'static, Result<BlobInfo>> {
        self.inner.list()
    }
    async fn presign_read(
        &self,
        key: &BlobKey,
        _: &Disposition,
        _: Duration,
    ) -> Result<Option<PresignedUrl>> {
        Ok(Some(PresignedUrl(format!("https://storage.example.com/{key}"))))
    }
    /// The path names the upload and the part, so that a test can store it.
    async fn presign_part(
        &self,
        key: &BlobKey,
        upload: &MultipartId,
        number: u16,
        _length: u64,
        _: Duration,
    ) -> Result<Option<PresignedUrl>> {
        let url = format!("https://storage.example.com/{key}?upload={}&part={number}", upload.0);
        Ok(Some(PresignedUrl(url)))
    }
}

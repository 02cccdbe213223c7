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
use plinth_domain::{BlobKey, BlobLocation};
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
    /// How often the response to storing the bytes of a version is lost.
    lost_answers: Arc<AtomicUsize>,
}

impl PresigningBlobs {
    /// Loses the next response to storing the bytes of a version.
    pub fn lose_an_answer(&self) {
        self.lost_answers.fetch_add(1, Ordering::SeqCst);
    }

    fn answer(&self, key: &BlobKey) -> Result<()> {
        let take = |left: usize| left.checked_sub(1);
        let is_version = matches!(key.location(), BlobLocation::Content(..));
        if is_version
            && self.lost_answers.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok()
        {
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
        self.inner.find(key).await
    }
    async fn read(&self, key: &BlobKey, range: Option<Range<u64>>) -> Result<Option<ByteStream>> {
        self.inner.read(key, range).await
    }
    async fn remove(&self, key: &BlobKey) -> Result<()> {
        self.inner.remove(key).await
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
        _: Duration,
    ) -> Result<Option<PresignedUrl>> {
        let url = format!("https://storage.example.com/{key}?upload={}&part={number}", upload.0);
        Ok(Some(PresignedUrl(url)))
    }
}

use std::{ops::Range, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use plinth_domain::BlobKey;
use plinth_object_store::MemoryBlobs;
use plinth_ports::{
    BlobInfo, Blobs, ByteStream, Disposition, MultipartId, PartReceipt, PresignedUrl, Result,
};

/// Blobs in memory that hand out URLs, as an S3-compatible storage does. Who
/// fetches them is not this suite's question; the adapter's own tests do.
#[derive(Clone, Default)]
pub struct PresigningBlobs(pub MemoryBlobs);

#[async_trait]
impl Blobs for PresigningBlobs {
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<()> {
        self.0.put(key, bytes).await
    }
    async fn begin(&self, key: &BlobKey) -> Result<MultipartId> {
        self.0.begin(key).await
    }
    async fn put_part(
        &self,
        key: &BlobKey,
        upload: &MultipartId,
        number: u16,
        bytes: Bytes,
    ) -> Result<PartReceipt> {
        self.0.put_part(key, upload, number, bytes).await
    }
    async fn complete(
        &self,
        key: &BlobKey,
        upload: &MultipartId,
        parts: &[PartReceipt],
    ) -> Result<()> {
        self.0.complete(key, upload, parts).await
    }
    async fn abort(&self, key: &BlobKey, upload: &MultipartId) -> Result<()> {
        self.0.abort(key, upload).await
    }
    async fn find(&self, key: &BlobKey) -> Result<Option<BlobInfo>> {
        self.0.find(key).await
    }
    async fn read(&self, key: &BlobKey, range: Option<Range<u64>>) -> Result<Option<ByteStream>> {
        self.0.read(key, range).await
    }
    async fn remove(&self, key: &BlobKey) -> Result<()> {
        self.0.remove(key).await
    }
    fn list(&self) -> BoxStream<'static, Result<BlobInfo>> {
        self.0.list()
    }
    async fn presign_read(
        &self,
        key: &BlobKey,
        _: &Disposition,
        _: Duration,
    ) -> Result<Option<PresignedUrl>> {
        Ok(Some(PresignedUrl(format!("https://storage.example.com/{key}"))))
    }
    /// The path says which part of which upload, so that a test can put it.
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

use std::{
    ops::Range,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use plinth_domain::{BlobKey, BlobLocation, OrganizationId, UploadId};
use plinth_object_store::MemoryBlobs;
use plinth_ports::{
    BlobInfo, Blobs, ByteStream, Disposition, MultipartId, PartReceipt, PresignedUrl, Result,
    StoreError,
};

/// The bytes of a blob that are read; `None` for all of them.
type Part = Option<Range<u64>>;

/// Blobs in memory with presigned URLs like those of an S3-compatible storage. The adapter's tests
/// check that such URLs work.
#[derive(Clone, Default)]
pub struct PresigningBlobs {
    pub inner: MemoryBlobs,
    /// How many responses about the bytes of a version are lost.
    lost_answers: Arc<AtomicUsize>,
    /// How many tails are refused.
    refused_tails: Arc<AtomicUsize>,
    /// The ranges of blobs that were read, in their order.
    reads: Arc<Mutex<Vec<(BlobKey, Part)>>>,
    /// After how many more bytes a read is cut.
    uncut: Arc<Mutex<Option<usize>>>,
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
        self.reads.lock().unwrap().len()
    }

    /// The ranges of versions that were read since `earlier` reads, in their order.
    pub fn read_since(&self, earlier: usize) -> Vec<Part> {
        let is_content = |key: &BlobKey| matches!(key.location(), BlobLocation::Content(..));
        let reads = self.reads.lock().unwrap();
        let reads = reads[earlier..].iter().filter(|(key, _)| is_content(key));
        reads.map(|(_, range)| range.clone()).collect()
    }

    /// Cuts the next read that goes beyond this many bytes, those of the reads before it included.
    pub fn cut_reads_after(&self, bytes: usize) {
        *self.uncut.lock().unwrap() = Some(bytes);
    }

    /// The stream, up to where it is to be cut.
    fn cut(&self, stream: ByteStream) -> ByteStream {
        if self.uncut.lock().unwrap().is_none() {
            return stream;
        }
        let uncut = Arc::clone(&self.uncut);
        let pieces = stream.flat_map(move |piece| {
            let mut uncut = uncut.lock().unwrap();
            let pieces = match (piece, *uncut) {
                (Ok(piece), Some(left)) if piece.len() <= left => {
                    *uncut = Some(left - piece.len());
                    vec![Ok(piece)]
                }
                (Ok(piece), Some(left)) => {
                    *uncut = None;
                    let cut = Err(StoreError::Unavailable("the read is cut".into()));
                    vec![Ok(piece.slice(..left)), cut]
                }
                (piece, _) => vec![piece],
            };
            stream::iter(pieces)
        });
        pieces.boxed()
    }

    fn answer(&self, key: &BlobKey) -> Result<()> {
        let take = |left: usize| left.checked_sub(1);
        let left = match key.location() {
            BlobLocation::Content(..) => &self.lost_answers,
            BlobLocation::Tail(..) => &self.refused_tails,
            BlobLocation::Thumbnail(..) | BlobLocation::Export(_) => return Ok(()),
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
        self.reads.lock().unwrap().push((*key, range.clone()));
        Ok(self.inner.read(key, range).await?.map(|stream| self.cut(stream)))
    }
    async fn remove(&self, key: &BlobKey) -> Result<()> {
        self.inner.remove(key).await
    }
    async fn remove_tails(&self, organization: OrganizationId, upload: UploadId) -> Result<()> {
        self.inner.remove_tails(organization, upload).await
    }
    fn list_of(&self, organization: OrganizationId) -> BoxStream<'static, Result<BlobInfo>> {
        self.inner.list_of(organization)
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

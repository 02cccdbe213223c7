//! Blobs in memory, for tests.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use plinth_domain::{BlobKey, OrganizationId, UploadId};
use plinth_ports::{
    BlobInfo, Blobs, ByteStream, Down, Health, MultipartId, PartReceipt, Result, StorageOwner,
};
use uuid::Uuid;

use crate::{
    error::no_such_parts,
    objects, owner,
    parts::{self, Part},
};

/// The unfinished uploads and their parts.
type Uploads = HashMap<Uuid, BTreeMap<u16, Bytes>>;

/// Blobs in memory. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct MemoryBlobs {
    /// Its multipart uploads are not used: they complete with missing parts.
    objects: Arc<InMemory>,
    uploads: Arc<Mutex<Uploads>>,
    /// The number of uploads so far, from which ids are generated.
    begun: Arc<AtomicU64>,
}

impl MemoryBlobs {
    /// A storage without blobs.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn uploads(&self) -> MutexGuard<'_, Uploads> {
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The upload's id, if the upload is unfinished.
    fn known(&self, upload: &MultipartId) -> Option<Uuid> {
        let id = Uuid::try_parse(&upload.0).ok()?;
        self.uploads().contains_key(&id).then_some(id)
    }

    /// The concatenated parts.
    fn joined(&self, upload: &MultipartId, receipts: &[PartReceipt]) -> Result<Bytes> {
        let id = self.known(upload).ok_or_else(no_such_parts)?;
        let wanted = parts::in_order(id, receipts)?;
        let uploads = self.uploads();
        let stored = uploads.get(&id).ok_or_else(no_such_parts)?;
        let mut whole = BytesMut::new();
        for part in wanted {
            let bytes = stored.get(&part.number).filter(|bytes| bytes.len() == part.length);
            whole.extend_from_slice(bytes.ok_or_else(no_such_parts)?);
        }
        Ok(whole.freeze())
    }
}

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<()> {
        objects::put(&*self.objects, key, bytes).await
    }

    async fn begin(&self, _key: &BlobKey) -> Result<MultipartId> {
        let id = Uuid::from_u64_pair(0, self.begun.fetch_add(1, Ordering::Relaxed));
        self.uploads().insert(id, BTreeMap::new());
        Ok(MultipartId(id.to_string()))
    }

    async fn put_part(
        &self,
        _key: &BlobKey,
        upload: &MultipartId,
        number: u16,
        bytes: Bytes,
    ) -> Result<PartReceipt> {
        let id = self.known(upload).ok_or_else(no_such_parts)?;
        let part = Part::new(id, number, bytes.len())?;
        self.uploads().entry(id).or_default().insert(number, bytes);
        Ok(part.receipt())
    }

    async fn complete(
        &self,
        key: &BlobKey,
        upload: &MultipartId,
        parts: &[PartReceipt],
    ) -> Result<()> {
        let whole = self.joined(upload, parts)?;
        objects::put(&*self.objects, key, whole).await?;
        self.abort(key, upload).await
    }

    async fn abort(&self, _key: &BlobKey, upload: &MultipartId) -> Result<()> {
        if let Some(id) = self.known(upload) {
            self.uploads().remove(&id);
        }
        Ok(())
    }

    async fn find(&self, key: &BlobKey) -> Result<Option<BlobInfo>> {
        objects::find(&*self.objects, key).await
    }

    async fn read(&self, key: &BlobKey, range: Option<Range<u64>>) -> Result<Option<ByteStream>> {
        objects::read(&*self.objects, key, range).await
    }

    async fn remove(&self, key: &BlobKey) -> Result<()> {
        objects::remove(&*self.objects, key).await
    }

    async fn remove_tails(&self, organization: OrganizationId, upload: UploadId) -> Result<()> {
        objects::remove_tails(&*self.objects, organization, upload).await
    }

    fn list(&self) -> BoxStream<'static, Result<BlobInfo>> {
        objects::list(&*self.objects, None)
    }

    fn list_of(&self, organization: OrganizationId) -> BoxStream<'static, Result<BlobInfo>> {
        objects::list(&*self.objects, Some(organization))
    }
}

#[async_trait]
impl StorageOwner for MemoryBlobs {
    async fn owner(&self) -> Result<Option<String>> {
        owner::read(&*self.objects).await
    }

    async fn set_owner(&self, identity: &str) -> Result<()> {
        owner::write(&*self.objects, identity).await
    }

    async fn probe(&self, id: Uuid) -> Result<()> {
        owner::probe(&*self.objects, id).await
    }
}

#[async_trait]
impl Health for MemoryBlobs {
    async fn check(&self) -> Result<&'static str, Down> {
        Ok("ok")
    }
}

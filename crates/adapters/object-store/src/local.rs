//! Blobs as files below a folder.

mod files;
mod staging;

use std::{io, ops::Range, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, future, stream::BoxStream};
use object_store::{ObjectStore, local::LocalFileSystem, path::Path};
use plinth_domain::{BlobKey, OrganizationId, UploadId};
use plinth_ports::{
    BlobInfo, Blobs, ByteStream, Down, Health, Ids, MultipartId, PartReceipt, Result, StorageOwner,
};
use uuid::Uuid;

use crate::{
    error::{no_such_parts, of_io, of_objects},
    objects::{info, path, tails},
    owner,
    parts::{self, Part},
};
use staging::{STAGING, Staging};

/// Blobs as files under their keys, in one folder that all processes share.
///
/// A file is written to a staging folder and renamed when it is complete and synced. A partial
/// blob is never visible, not even after a crash.
#[derive(Clone)]
pub struct LocalBlobs {
    folder: LocalFileSystem,
    staging: Staging,
    ids: Arc<dyn Ids>,
}

impl LocalBlobs {
    /// Opens the blobs in `folder`, which is created if it is missing.
    pub async fn open(folder: impl Into<PathBuf>, ids: Arc<dyn Ids>) -> Result<Self> {
        let root = folder.into();
        let staging = blocking(move || Staging::open(&root)).await?;
        let folder = LocalFileSystem::new_with_prefix(staging.root()).map_err(of_objects)?;
        // A probe leaves no empty folder behind.
        let folder = folder.with_automatic_cleanup(true);
        Ok(Self { folder, staging, ids })
    }

    /// The file of a key. Keys cannot contain paths outside of the folder.
    fn file(&self, key: &BlobKey) -> Result<PathBuf> {
        self.folder.path_to_filesystem(&path(key)).map_err(of_objects)
    }
}

#[async_trait]
impl Blobs for LocalBlobs {
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<()> {
        let (staging, id, file) = (self.staging.clone(), self.ids.next(), self.file(key)?);
        let copy = staging.copy(&bytes).await;
        blocking(move || staging.put(copy, id, &bytes, &file)).await
    }

    async fn begin(&self, _key: &BlobKey) -> Result<MultipartId> {
        let (staging, id) = (self.staging.clone(), self.ids.next());
        blocking(move || staging.begin(id)).await?;
        Ok(MultipartId(id.to_string()))
    }

    async fn put_part(
        &self,
        _key: &BlobKey,
        upload: &MultipartId,
        number: u16,
        bytes: Bytes,
    ) -> Result<PartReceipt> {
        let id = identity(upload).ok_or_else(no_such_parts)?;
        let part = Part::new(id, number, bytes.len())?;
        let staging = self.staging.clone();
        let copy = staging.copy(&bytes).await;
        let stored = blocking(move || staging.put_part(copy, part, &bytes)).await?;
        if stored { Ok(part.receipt()) } else { Err(no_such_parts()) }
    }

    async fn complete(
        &self,
        key: &BlobKey,
        upload: &MultipartId,
        parts: &[PartReceipt],
    ) -> Result<()> {
        let id = identity(upload).ok_or_else(no_such_parts)?;
        let length = parts::in_order(id, parts)?.iter().map(|part| part.length as u64).sum();
        let (staging, file) = (self.staging.clone(), self.file(key)?);
        let completed = blocking(move || staging.complete(id, length, &file)).await?;
        if completed { Ok(()) } else { Err(no_such_parts()) }
    }

    async fn abort(&self, _key: &BlobKey, upload: &MultipartId) -> Result<()> {
        let Some(id) = identity(upload) else { return Ok(()) };
        let staging = self.staging.clone();
        blocking(move || staging.abort(id)).await
    }

    async fn find(&self, key: &BlobKey) -> Result<Option<BlobInfo>> {
        let (file, key) = (self.file(key)?, key.to_string());
        blocking(move || files::find(&file, key)).await
    }

    async fn read(&self, key: &BlobKey, range: Option<Range<u64>>) -> Result<Option<ByteStream>> {
        files::read(self.file(key)?, range).await
    }

    async fn remove(&self, key: &BlobKey) -> Result<()> {
        let file = self.file(key)?;
        blocking(move || files::remove(&file)).await
    }

    async fn remove_tails(&self, organization: OrganizationId, upload: UploadId) -> Result<()> {
        let tails = tails(organization, upload);
        let folder = self.folder.path_to_filesystem(&tails).map_err(of_objects)?;
        blocking(move || files::remove_folder(&folder)).await
    }

    fn list(&self) -> BoxStream<'static, Result<BlobInfo>> {
        let staged = Path::from(STAGING);
        let listed = self.folder.list(None);
        let blobs = listed.try_filter(move |meta| {
            let path = &meta.location;
            future::ready(!path.prefix_matches(&staged) && !owner::is_beside(path))
        });
        blobs.map_ok(info).map_err(of_objects).boxed()
    }

    fn list_of(&self, organization: OrganizationId) -> BoxStream<'static, Result<BlobInfo>> {
        // What is staged is beside the organizations.
        let prefix = Path::from(format!("org/{organization}"));
        self.folder.list(Some(&prefix)).map_ok(info).map_err(of_objects).boxed()
    }
}

#[async_trait]
impl StorageOwner for LocalBlobs {
    async fn owner(&self) -> Result<Option<String>> {
        owner::read(&self.folder).await
    }

    async fn set_owner(&self, identity: &str) -> Result<()> {
        owner::write(&self.folder, identity).await
    }

    async fn probe(&self, id: Uuid) -> Result<()> {
        owner::probe(&self.folder, id).await
    }
}

#[async_trait]
impl Health for LocalBlobs {
    /// Writes a file and removes it again.
    async fn check(&self) -> Result<&'static str, Down> {
        let (staging, id) = (self.staging.clone(), self.ids.next());
        let written = blocking(move || staging.begin(id).and_then(|()| staging.abort(id))).await;
        written.map(|()| "ok").map_err(|error| Down(Box::new(error)))
    }
}

/// The id in an upload's name. Only an id becomes part of a path.
fn identity(upload: &MultipartId) -> Option<Uuid> {
    Uuid::try_parse(&upload.0).ok()
}

/// Runs blocking `work` on a thread that may block.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(io::Error::other(error))).map_err(of_io)
}

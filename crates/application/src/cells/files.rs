use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use plinth_domain::{BlobKey, BlobLocation, DocumentId, DocumentVersionId, Id, OrganizationId};
use plinth_ports::{BlobInfo, Blobs, ByteStream, PART_BYTES, StoreError};
use sha2::{Digest, Sha256};

use crate::{Application, Error};

/// How many files were copied, and how long they are together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CopiedFiles {
    /// The files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Application {
    /// Makes the files of an organization in the storage of another cell those of this one.
    pub async fn copy_files(
        &self,
        to: &Self,
        organization: OrganizationId,
    ) -> Result<CopiedFiles, Error> {
        let (source, target) = (&*self.ports.files.blobs, &*to.ports.files.blobs);
        let mut copied = CopiedFiles::default();
        let mut listed = source.list_of(organization);
        while let Some(BlobInfo { key, size, .. }) = listed.try_next().await? {
            let Some(key) = BlobKey::parse(&key) else { continue };
            if target.find(&key).await?.is_some_and(|there| there.size == size) {
                continue;
            }
            let Some(bytes) = source.read(&key, None).await? else { continue };
            copy(target, &key, bytes).await?;
            copied.files += 1;
            copied.bytes += size;
        }
        let mut left = target.list_of(organization);
        while let Some(BlobInfo { key, .. }) = left.try_next().await? {
            let Some(key) = BlobKey::parse(&key) else { continue };
            if source.find(&key).await?.is_none() {
                target.remove(&key).await?;
            }
        }
        Ok(copied)
    }

    /// Whether the storage of another cell is that of this one.
    pub async fn shares_files_with(
        &self,
        other: &Self,
        organization: OrganizationId,
    ) -> Result<bool, Error> {
        let upload = Id::from_uuid(self.ports.ids.next());
        let key = BlobKey::new(organization, BlobLocation::Tail(upload, 0));
        let blobs = &self.ports.files.blobs;
        blobs.put(&key, Bytes::from_static(b"probe")).await?;
        let found = other.ports.files.blobs.find(&key).await;
        blobs.remove(&key).await?;
        Ok(found?.is_some())
    }

    /// The SHA-256 of what the storage has of a version; `None` when it has nothing.
    pub async fn hash_content(
        &self,
        organization: OrganizationId,
        document: DocumentId,
        version: DocumentVersionId,
    ) -> Result<Option<[u8; 32]>, Error> {
        let key = BlobKey::new(organization, BlobLocation::Content(document, version));
        let Some(mut bytes) = self.ports.files.blobs.read(&key, None).await? else {
            return Ok(None);
        };
        let mut hash = Sha256::new();
        while let Some(chunk) = bytes.try_next().await? {
            hash.update(&chunk);
        }
        Ok(Some(hash.finalize().into()))
    }

    /// Stores a file. For the operator alone.
    pub async fn put_file(&self, key: &BlobKey, bytes: ByteStream) -> Result<(), Error> {
        Ok(copy(&*self.ports.files.blobs, key, bytes).await?)
    }

    /// Removes all files of an organization, and returns their number. For the operator alone, when the
    /// organization is in another cell, or was not imported.
    pub async fn remove_files(&self, organization: OrganizationId) -> Result<u64, Error> {
        let blobs = &self.ports.files.blobs;
        let mut listed = blobs.list_of(organization);
        let mut removed = 0;
        while let Some(BlobInfo { key, .. }) = listed.try_next().await? {
            if let Some(key) = BlobKey::parse(&key) {
                blobs.remove(&key).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

/// Stores a blob in parts, with at most two parts in memory.
async fn copy(target: &dyn Blobs, key: &BlobKey, bytes: ByteStream) -> Result<(), StoreError> {
    let upload = target.begin(key).await?;
    let stored = async {
        let (mut bytes, mut part, mut receipts) = (bytes, BytesMut::new(), Vec::new());
        while let Some(chunk) = bytes.try_next().await? {
            part.extend_from_slice(&chunk);
            while part.len() >= PART_BYTES {
                let full = part.split_to(PART_BYTES).freeze();
                receipts.push(target.put_part(key, &upload, number(&receipts)?, full).await?);
            }
        }
        if receipts.is_empty() {
            target.abort(key, &upload).await?;
            return target.put(key, part.freeze()).await;
        }
        if !part.is_empty() {
            receipts.push(target.put_part(key, &upload, number(&receipts)?, part.freeze()).await?);
        }
        target.complete(key, &upload, &receipts).await
    };
    let stored = stored.await;
    if stored.is_err() {
        // It expires otherwise.
        let _ = target.abort(key, &upload).await;
    }
    stored
}

fn number<T>(receipts: &[T]) -> Result<u16, StoreError> {
    u16::try_from(receipts.len()).map_err(|error| StoreError::Other(error.into()))
}

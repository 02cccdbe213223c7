//! The record of the owner, and probes, are no blobs.

use bytes::Bytes;
use futures::TryStreamExt;
use plinth_domain::{BlobKey, BlobLocation, Id};
use plinth_in_process::UuidV7;
use plinth_object_store::{LocalBlobs, MemoryBlobs};
use plinth_ports::{Blobs, Ids, StorageOwner};

use crate::s3;

/// Holds for every backend.
async fn the_storage_remembers_its_owner(storage: &(impl Blobs + StorageOwner)) {
    assert_eq!(storage.owner().await.unwrap(), None);
    for owner in ["one-1-2", "other-1-2"] {
        storage.set_owner(owner).await.unwrap();
        assert_eq!(storage.owner().await.unwrap().as_deref(), Some(owner));
    }
    storage.probe(UuidV7.next()).await.unwrap();
    let id = || UuidV7.next();
    let place = BlobLocation::Content(Id::from_uuid(id()), Id::from_uuid(id()));
    let key = BlobKey::new(Id::from_uuid(id()), place);
    storage.put(&key, Bytes::from_static(b"x")).await.unwrap();
    let listed: Vec<_> = storage.list().try_collect().await.unwrap();
    let keys: Vec<_> = listed.into_iter().map(|blob| blob.key).collect();
    assert_eq!(keys, [key.to_string()]);
}

#[tokio::test]
async fn a_folder_remembers_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = LocalBlobs::open(folder.path(), std::sync::Arc::new(UuidV7)).await.unwrap();
    the_storage_remembers_its_owner(&blobs).await;
}

#[tokio::test]
async fn the_memory_remembers_its_owner() {
    the_storage_remembers_its_owner(&MemoryBlobs::new()).await;
}

#[tokio::test]
async fn a_bucket_remembers_its_owner() {
    the_storage_remembers_its_owner(&s3::blobs().await).await;
}

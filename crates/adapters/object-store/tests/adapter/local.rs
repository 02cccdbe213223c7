//! Blobs in a folder fulfil the contract of the port, and incomplete blobs are invisible.

use std::{fs, path::Path, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::TryStreamExt;
use plinth_contract_tests::BlobStorage;
use plinth_domain::{BlobKey, BlobLocation, Id};
use plinth_in_process::UuidV7;
use plinth_object_store::{LocalBlobs, StorageBackend};
use plinth_ports::{Blobs, Disposition, Health, Ids, MultipartId, PART_BYTES, StoreError};
use tempfile::TempDir;

plinth_contract_tests::blobs_contract!(storage().await);

async fn storage() -> BlobStorage {
    let folder = TempDir::new().unwrap();
    BlobStorage::new(Arc::new(open(folder.path()).await)).keeping(folder)
}

async fn open(folder: &Path) -> LocalBlobs {
    LocalBlobs::open(folder, Arc::new(UuidV7)).await.unwrap()
}

fn key() -> BlobKey {
    let id = || UuidV7.next();
    BlobKey::new(
        Id::from_uuid(id()),
        BlobLocation::Content(Id::from_uuid(id()), Id::from_uuid(id())),
    )
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn a_missing_folder_is_created_and_what_is_in_one_is_found_again() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("not/there/yet");
    let key = key();
    open(&root).await.put(&key, Bytes::from_static(b"kept")).await.unwrap();
    assert_eq!(fs::read(root.join(key.to_string())).unwrap(), b"kept");
    assert_eq!(open(&root).await.find(&key).await.unwrap().unwrap().size, 4);
}

#[tokio::test]
async fn a_folder_is_opened_with_its_health() {
    let folder = TempDir::new().unwrap();
    let place = StorageBackend::Local(folder.path().to_owned());
    let opened = plinth_object_store::open(place, Arc::new(UuidV7)).await.unwrap();
    let key = key();
    opened.blobs.put(&key, Bytes::from_static(b"kept")).await.unwrap();
    assert_eq!(opened.blobs.find(&key).await.unwrap().unwrap().size, 4);
    assert_eq!(opened.health.check().await.unwrap(), "ok");
}

#[tokio::test]
async fn an_upload_goes_on_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let key = key();
    let before = open(folder.path()).await;
    let upload = before.begin(&key).await.unwrap();
    let first = before.put_part(&key, &upload, 0, vec![1; PART_BYTES].into()).await.unwrap();
    drop(before);
    let after = open(folder.path()).await;
    let second = after.put_part(&key, &upload, 1, Bytes::from_static(b"2")).await.unwrap();
    after.complete(&key, &upload, &[first, second]).await.unwrap();
    assert_eq!(after.find(&key).await.unwrap().unwrap().size, PART_BYTES as u64 + 1);
}

#[tokio::test]
async fn no_staged_file_is_left_by_what_has_ended() {
    let folder = TempDir::new().unwrap();
    let blobs = open(folder.path()).await;
    let key = key();
    blobs.put(&key, Bytes::from_static(b"whole")).await.unwrap();
    let completed = blobs.begin(&key).await.unwrap();
    blobs.complete(&key, &completed, &[]).await.unwrap();
    let aborted = blobs.begin(&key).await.unwrap();
    assert_eq!(names(&folder.path().join(".uploads")).len(), 1);
    blobs.abort(&key, &aborted).await.unwrap();
    assert_eq!(blobs.check().await.unwrap(), "ok");
    assert!(names(&folder.path().join(".uploads")).is_empty());
}

#[tokio::test]
async fn what_a_crash_left_is_swept_a_day_later_and_uploads_never_are() {
    let folder = TempDir::new().unwrap();
    let upload = open(folder.path()).await.begin(&key()).await.unwrap();
    let staging = folder.path().join(".uploads");
    let days_ago = fs::metadata(&staging).unwrap().modified().unwrap() - Duration::from_hours(25);
    for (name, is_old) in [("old.put", true), ("young.put", false)] {
        let file = fs::File::create(staging.join(name)).unwrap();
        if is_old {
            file.set_modified(days_ago).unwrap();
        }
    }
    fs::File::options()
        .write(true)
        .open(staging.join(&upload.0))
        .unwrap()
        .set_modified(days_ago)
        .unwrap();
    let blobs = open(folder.path()).await;
    let mut left = names(&staging);
    left.sort();
    assert_eq!(left, [upload.0, "young.put".to_owned()]);
    assert!(blobs.list().try_collect::<Vec<_>>().await.unwrap().is_empty());
}

#[tokio::test]
async fn no_name_of_an_upload_leads_out_of_the_folder() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("secret"), "kept").unwrap();
    let blobs = open(&folder.path().join("blobs")).await;
    let key = key();
    for name in ["../../secret", "../secret", "/etc/passwd", ""] {
        let upload = MultipartId(name.to_owned());
        let put = blobs.put_part(&key, &upload, 0, Bytes::from_static(b"x")).await;
        assert!(matches!(put, Err(StoreError::Conflict { .. })), "{name}");
        blobs.abort(&key, &upload).await.unwrap();
    }
    assert_eq!(fs::read(folder.path().join("secret")).unwrap(), b"kept");
}

#[tokio::test]
async fn a_part_that_is_too_long_never_runs_into_the_next() {
    let folder = TempDir::new().unwrap();
    let blobs = open(folder.path()).await;
    let key = key();
    let upload = blobs.begin(&key).await.unwrap();
    let put = blobs.put_part(&key, &upload, 0, vec![1; PART_BYTES + 1].into()).await;
    assert!(matches!(put, Err(StoreError::Other(_))));
}

#[tokio::test]
async fn a_large_file_is_held_in_memory_a_little_at_a_time() {
    let folder = TempDir::new().unwrap();
    let blobs = open(folder.path()).await;
    let key = key();
    blobs.put(&key, vec![7; PART_BYTES].into()).await.unwrap();
    let stream = blobs.read(&key, None).await.unwrap().unwrap();
    let pieces: Vec<usize> = stream.map_ok(|piece| piece.len()).try_collect().await.unwrap();
    assert!(pieces.iter().all(|piece| *piece <= 1024 * 1024), "{pieces:?}");
}

#[tokio::test]
async fn a_folder_that_is_gone_is_not_well() {
    let folder = TempDir::new().unwrap();
    let blobs = open(folder.path()).await;
    fs::remove_dir_all(folder.path()).unwrap();
    assert!(blobs.check().await.is_err());
}

#[tokio::test]
async fn a_folder_signs_no_urls() {
    let folder = TempDir::new().unwrap();
    let blobs = open(folder.path()).await;
    let (key, ttl) = (key(), Duration::from_mins(1));
    let disposition =
        Disposition { content_type: "text/plain", content_disposition: "inline".to_owned() };
    assert_eq!(blobs.presign_read(&key, &disposition, ttl).await.unwrap(), None);
    let upload = MultipartId("any".to_owned());
    assert_eq!(blobs.presign_part(&key, &upload, 0, 1, ttl).await.unwrap(), None);
}

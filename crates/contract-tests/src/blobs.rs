//! A blob is read as it was stored, completely or in ranges.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::{collections::BTreeSet, ops::Range};

use bytes::Bytes;
use chrono::Duration;
use futures::TryStreamExt;
use plinth_domain::{BlobKey, BlobLocation, ThumbnailSize};
use plinth_ports::{PART_BYTES, StoreError};

use crate::{
    BlobStorage,
    fixture::{at, id},
};

/// A key that no other test uses.
pub(crate) fn key() -> BlobKey {
    BlobKey::new(id(), BlobLocation::Content(id(), id()))
}

/// Bytes that depend on their position and on the seed.
pub(crate) fn bytes(length: usize, seed: u8) -> Bytes {
    let factor = 0x9E37_79B9_7F4A_7C15 ^ u64::from(seed) << 8;
    (1..).flat_map(|place: u64| place.wrapping_mul(factor).to_be_bytes()).take(length).collect()
}

/// Reads a whole stream.
pub(crate) async fn read(
    blobs: &BlobStorage,
    key: &BlobKey,
    range: Option<Range<u64>>,
) -> Option<Vec<u8>> {
    let stream = blobs.read(key, range).await.unwrap()?;
    Some(stream.try_fold(Vec::new(), append).await.unwrap())
}

async fn append(mut all: Vec<u8>, chunk: Bytes) -> plinth_ports::Result<Vec<u8>> {
    all.extend_from_slice(&chunk);
    Ok(all)
}

/// All listed keys; fails if a key is listed twice.
pub(crate) async fn listed(blobs: &BlobStorage) -> BTreeSet<String> {
    let all: Vec<_> = blobs.list().map_ok(|info| info.key).try_collect().await.unwrap();
    let different: BTreeSet<_> = all.iter().cloned().collect();
    assert_eq!(different.len(), all.len(), "listed twice: {all:?}");
    different
}

pub async fn a_blob_is_read_as_it_was_stored(blobs: &BlobStorage) {
    for length in [0, 1, 300_000] {
        let (key, put) = (key(), bytes(length, 1));
        blobs.put(&key, put.clone()).await.unwrap();
        assert!(read(blobs, &key, None).await.unwrap() == put, "{length} bytes");
    }
}

pub async fn a_blob_replaces_the_previous_one(blobs: &BlobStorage) {
    let key = key();
    blobs.put(&key, bytes(70_000, 1)).await.unwrap();
    blobs.put(&key, bytes(5, 2)).await.unwrap();
    assert_eq!(read(blobs, &key, None).await.unwrap(), bytes(5, 2));
    assert_eq!(listed(blobs).await.len(), 1);
}

pub async fn a_blob_is_found_with_its_size_and_time(blobs: &BlobStorage) {
    let key = key();
    blobs.put(&key, bytes(1_234, 1)).await.unwrap();
    let found = blobs.find(&key).await.unwrap().unwrap();
    assert_eq!((found.key.as_str(), found.size), (key.to_string().as_str(), 1_234));
    // A storage may return whole seconds. The tests take less than a day.
    assert!(found.modified >= at(-2) && found.modified < at(0) + Duration::days(1), "{found:?}");
    assert_eq!(found.modified.timestamp_subsec_nanos() % 1_000, 0);
}

pub async fn a_missing_blob_is_neither_found_nor_read(blobs: &BlobStorage) {
    assert_eq!(blobs.find(&key()).await.unwrap(), None);
    assert_eq!(read(blobs, &key(), None).await, None);
    assert_eq!(read(blobs, &key(), Some(0..5)).await, None);
}

pub async fn a_range_is_read_up_to_the_last_byte(blobs: &BlobStorage) {
    let (key, put) = (key(), bytes(600_000, 1));
    blobs.put(&key, put.clone()).await.unwrap();
    for range in [0..1, 0..600_000, 299_999..300_001, 599_999..600_000] {
        let (start, end) = (range.start, range.end);
        let part = read(blobs, &key, Some(range)).await.unwrap();
        let wanted = put.slice(usize::try_from(start).unwrap()..usize::try_from(end).unwrap());
        assert!(part == wanted, "{start}..{end}");
    }
}

pub async fn a_range_beyond_the_end_is_cut_and_one_after_the_end_is_refused(blobs: &BlobStorage) {
    let key = key();
    blobs.put(&key, bytes(10, 1)).await.unwrap();
    assert_eq!(read(blobs, &key, Some(8..99)).await.unwrap(), bytes(10, 1)[8..]);
    for range in [10..11, 50..60] {
        let refused = blobs.read(&key, Some(range)).await;
        assert!(matches!(refused, Err(StoreError::Other(_))));
    }
}

pub async fn a_removed_blob_does_not_exist_and_may_be_removed_again(blobs: &BlobStorage) {
    let (gone, kept) = (key(), key());
    for key in [gone, kept] {
        blobs.put(&key, bytes(10, 1)).await.unwrap();
    }
    for _ in 0..2 {
        blobs.remove(&gone).await.unwrap();
        assert_eq!(blobs.find(&gone).await.unwrap(), None);
    }
    assert_eq!(listed(blobs).await, BTreeSet::from([kept.to_string()]));
}

pub async fn the_tails_of_an_upload_are_removed_and_no_others(blobs: &BlobStorage) {
    let (organization, upload, other) = (id(), id(), id());
    let key = |upload, number| BlobKey::new(organization, BlobLocation::Tail(upload, number));
    for key in [key(upload, 0), key(upload, u64::MAX >> 1), key(other, 0)] {
        blobs.put(&key, bytes(10, 1)).await.unwrap();
    }
    for _ in 0..2 {
        blobs.remove_tails(organization, upload).await.unwrap();
        assert_eq!(listed(blobs).await, BTreeSet::from([key(other, 0).to_string()]));
    }
}

pub async fn all_blobs_are_listed_and_nothing_else(blobs: &BlobStorage) {
    assert_eq!(listed(blobs).await, BTreeSet::new());
    let (organization, document, version) = (id(), id(), id());
    let keys = [
        BlobLocation::Content(document, version),
        BlobLocation::Content(document, id()),
        BlobLocation::Thumbnail(document, version, ThumbnailSize::Small),
        BlobLocation::Tail(id(), 3),
    ]
    .map(|place| BlobKey::new(organization, place));
    let keys = [&keys[..], &[key(), key()]].concat();
    for key in &keys {
        blobs.put(key, bytes(10, 1)).await.unwrap();
    }
    // An upload with one part that is not completed.
    let half = key();
    let upload = blobs.begin(&half).await.unwrap();
    blobs.put_part(&half, &upload, 0, bytes(10, 2)).await.unwrap();
    let wanted: BTreeSet<_> = keys.iter().map(ToString::to_string).collect();
    assert_eq!(listed(blobs).await, wanted);
    assert!(wanted.iter().all(|key| BlobKey::parse(key).is_some()));
}

pub async fn a_large_blob_is_read_in_small_pieces(blobs: &BlobStorage) {
    let (key, put) = (key(), bytes(PART_BYTES, 1));
    blobs.put(&key, put.clone()).await.unwrap();
    let mut stream = blobs.read(&key, None).await.unwrap().unwrap();
    let mut read = 0;
    while let Some(piece) = stream.try_next().await.unwrap() {
        assert!(piece == put.slice(read..read + piece.len()));
        read += piece.len();
    }
    assert_eq!(read, PART_BYTES);
}

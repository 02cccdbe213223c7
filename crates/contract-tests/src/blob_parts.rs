//! A blob that is uploaded in parts is complete or does not exist.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_ports::{MultipartId, PART_BYTES, PartReceipt};

use crate::{
    BlobStorage,
    blobs::{bytes, key, listed, read},
    outcome::assert_conflict,
};

/// The constraint that is violated by parts which are not stored.
const PARTS: &str = "blob_parts";

pub async fn parts_in_any_order_make_up_a_blob(blobs: &BlobStorage) {
    let key = key();
    let parts = [bytes(PART_BYTES, 1), bytes(PART_BYTES, 2), bytes(777, 3)];
    let upload = blobs.begin(&key).await.unwrap();
    let mut receipts = [const { None }; 3];
    for number in [2, 0, 1_u16] {
        let part = parts[usize::from(number)].clone();
        let receipt = blobs.put_part(&key, &upload, number, part).await.unwrap();
        receipts[usize::from(number)] = Some(receipt);
    }
    let receipts = receipts.map(Option::unwrap);
    blobs.complete(&key, &upload, &receipts).await.unwrap();
    assert!(read(blobs, &key, None).await.unwrap() == parts.concat());
    let end = parts.concat().len() as u64;
    assert!(read(blobs, &key, Some(end - 10..end)).await.unwrap() == parts[2].slice(767..));
    assert_eq!(blobs.find(&key).await.unwrap().unwrap().size, end);
}

pub async fn an_upload_is_invisible_before_it_is_complete(blobs: &BlobStorage) {
    let key = key();
    let upload = blobs.begin(&key).await.unwrap();
    let receipt = blobs.put_part(&key, &upload, 0, bytes(9, 1)).await.unwrap();
    assert_eq!(blobs.find(&key).await.unwrap(), None);
    assert_eq!(read(blobs, &key, None).await, None);
    assert!(listed(blobs).await.is_empty());
    blobs.complete(&key, &upload, &[receipt]).await.unwrap();
    assert_eq!(read(blobs, &key, None).await.unwrap(), bytes(9, 1));
    assert_eq!(listed(blobs).await.len(), 1);
}

pub async fn a_completed_upload_replaces_the_previous_blob(blobs: &BlobStorage) {
    let key = key();
    blobs.put(&key, bytes(100, 1)).await.unwrap();
    let upload = blobs.begin(&key).await.unwrap();
    let receipt = blobs.put_part(&key, &upload, 0, bytes(9, 2)).await.unwrap();
    assert_eq!(read(blobs, &key, None).await.unwrap(), bytes(100, 1));
    blobs.complete(&key, &upload, &[receipt]).await.unwrap();
    assert_eq!(read(blobs, &key, None).await.unwrap(), bytes(9, 2));
}

pub async fn a_part_replaces_the_one_with_its_number(blobs: &BlobStorage) {
    let key = key();
    let upload = blobs.begin(&key).await.unwrap();
    let mut last = None;
    for part in [bytes(500, 1), bytes(40, 2)] {
        last = Some(blobs.put_part(&key, &upload, 0, part).await.unwrap());
    }
    blobs.complete(&key, &upload, &[last.unwrap()]).await.unwrap();
    assert_eq!(read(blobs, &key, None).await.unwrap(), bytes(40, 2));
}

pub async fn an_upload_of_no_parts_is_an_empty_blob(blobs: &BlobStorage) {
    let key = key();
    let upload = blobs.begin(&key).await.unwrap();
    blobs.complete(&key, &upload, &[]).await.unwrap();
    assert!(read(blobs, &key, None).await.unwrap().is_empty());
}

pub async fn parts_that_were_never_put_are_a_conflict(blobs: &BlobStorage) {
    let key = key();
    let upload = blobs.begin(&key).await.unwrap();
    let stored = blobs.put_part(&key, &upload, 0, bytes(PART_BYTES, 1)).await.unwrap();
    let unknown = PartReceipt("\"0123456789abcdef0123456789abcdef\"".to_owned());
    for parts in [vec![unknown.clone()], vec![stored.clone(), unknown]] {
        assert_conflict(blobs.complete(&key, &upload, &parts).await, PARTS);
    }
    assert_eq!(blobs.find(&key).await.unwrap(), None);
    // The upload can still be completed.
    blobs.complete(&key, &upload, &[stored]).await.unwrap();
    assert_eq!(blobs.find(&key).await.unwrap().unwrap().size, PART_BYTES as u64);
}

pub async fn an_upload_that_does_not_exist_is_a_conflict(blobs: &BlobStorage) {
    let key = key();
    let upload = blobs.begin(&key).await.unwrap();
    let stored = blobs.put_part(&key, &upload, 0, bytes(9, 1)).await.unwrap();
    blobs.abort(&key, &upload).await.unwrap();
    assert_conflict(blobs.put_part(&key, &upload, 1, bytes(9, 1)).await, PARTS);
    assert_conflict(blobs.complete(&key, &upload, &[stored]).await, PARTS);
    assert_eq!(blobs.find(&key).await.unwrap(), None);
}

pub async fn an_aborted_upload_leaves_nothing_and_may_be_aborted_again(blobs: &BlobStorage) {
    let key = key();
    let upload = blobs.begin(&key).await.unwrap();
    blobs.put_part(&key, &upload, 0, bytes(9, 1)).await.unwrap();
    for _ in 0..2 {
        blobs.abort(&key, &upload).await.unwrap();
    }
    assert!(listed(blobs).await.is_empty());
    for unknown in ["", "../../etc/passwd", "0123456789abcdef"] {
        blobs.abort(&key, &MultipartId(unknown.to_owned())).await.ok();
    }
}

pub async fn concurrent_uploads_to_one_key_are_independent(blobs: &BlobStorage) {
    let key = key();
    let (first, second) = (blobs.begin(&key).await.unwrap(), blobs.begin(&key).await.unwrap());
    assert_ne!(first, second);
    let aborted = blobs.put_part(&key, &first, 0, bytes(9, 1)).await.unwrap();
    let kept = blobs.put_part(&key, &second, 0, bytes(9, 2)).await.unwrap();
    blobs.abort(&key, &first).await.unwrap();
    assert_conflict(blobs.complete(&key, &first, &[aborted]).await, PARTS);
    blobs.complete(&key, &second, &[kept]).await.unwrap();
    assert_eq!(read(blobs, &key, None).await.unwrap(), bytes(9, 2));
}

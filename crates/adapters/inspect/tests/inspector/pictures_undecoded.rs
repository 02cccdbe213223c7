//! Pictures whose pixels cannot be decoded. Their header is read.

use serde_json::{Value, json};

use crate::support::{findings, fixture};

/// Checks that a picture has these properties, with one warning, and no thumbnails.
async fn assert_known(file: &[u8], mut expected: Value, warning: &str) {
    let (findings, properties) = findings(file).await;
    expected["warnings"] = json!([{"code": warning, "count": 1}]);
    assert_eq!(properties, expected);
    assert!(findings.thumbnails.is_empty() && findings.text.is_none());
}

/// What the header of `turned.jpg` tells.
fn turned() -> Value {
    json!({
        "width": 80, "height": 120, "orientation": 6,
        "taken_at": "2026-05-04T07:30:00+02:00", "camera": "Plinth One",
    })
}

/// `turned.jpg`, and where its frame header begins (ITU-T T.81, B.2.2).
fn jpeg() -> (Vec<u8>, usize) {
    let file = fixture("turned.jpg");
    let frame = file.windows(4).position(|bytes| bytes == [0xff, 0xc0, 0, 17]).unwrap();
    (file, frame)
}

#[tokio::test]
async fn a_jpeg_of_a_coding_that_is_not_supported_has_its_size_date_and_camera() {
    let (mut twelve_bits, frame) = jpeg();
    twelve_bits[frame + 4] = 12;
    assert_known(&twelve_bits, turned(), "no_thumbnails").await;
    for marker in [0xc3, 0xc9, 0xca] {
        let (mut file, frame) = jpeg();
        file[frame + 1] = marker;
        assert_known(&file, turned(), "no_thumbnails").await;
    }
}

#[tokio::test]
async fn a_jpeg_that_is_cut_behind_its_frame_header_has_its_size_date_and_camera() {
    let (file, frame) = jpeg();
    assert_known(&file[..frame + 19], turned(), "truncated").await;
}

#[tokio::test]
async fn a_heic_of_a_coding_that_is_not_supported_has_its_size() {
    let mut file = fixture("photo.heic");
    let at = file.windows(4).position(|bytes| bytes == b"hvc1").unwrap();
    file[at] = b'x';
    let expected = json!({"width": 600, "height": 400, "orientation": 1});
    assert_known(&file, expected, "no_thumbnails").await;
}

#[tokio::test]
async fn a_heic_that_is_cut_has_its_size() {
    let file = fixture("photo.heic");
    let expected = json!({"width": 600, "height": 400, "orientation": 1});
    assert_known(&file[..500], expected, "truncated").await;
}

#[tokio::test]
async fn a_heic_with_bytes_behind_its_end_is_shown() {
    let mut file = fixture("photo.heic");
    file.extend([0, 0, 0, 1, 0, 0]);
    let (findings, properties) = findings(&file).await;
    assert_eq!((&properties["width"], findings.thumbnails.len()), (&json!(600), 2));
}

#[tokio::test]
async fn a_webp_that_is_cut_has_its_size() {
    let file = fixture("large.webp");
    let expected = json!({"width": 1500, "height": 1000, "orientation": 1});
    assert_known(&file[..file.len() / 2], expected, "truncated").await;
    // An extended file; its metadata follow the pixels.
    let file = fixture("cases/webp-exif-prefix.webp");
    let expected = json!({"width": 300, "height": 200, "orientation": 1});
    assert_known(&file[..100], expected, "truncated").await;
}

#[tokio::test]
async fn a_webp_with_broken_pixels_has_its_size() {
    let mut file = fixture("large.webp");
    // The partitions of the frame (RFC 6386, 9.1).
    file[20..23].copy_from_slice(&[0xf0, 0xff, 0xff]);
    let expected = json!({"width": 1500, "height": 1000, "orientation": 1});
    assert_known(&file, expected, "damaged").await;
}

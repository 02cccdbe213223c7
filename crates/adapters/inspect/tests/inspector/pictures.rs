use image::{DynamicImage, GenericImageView, ImageFormat, Rgba};
use plinth_domain::{ContentType, ThumbnailSize};
use plinth_ports::{Findings, Thumbnail};
use serde_json::json;

use crate::support::{findings, fixture};

const RED: Rgba<u8> = Rgba([255, 0, 0, 255]);
const BLUE: Rgba<u8> = Rgba([0, 0, 255, 255]);

/// Decodes a thumbnail, and returns its format, too.
fn decoded(thumbnail: &Thumbnail) -> (ImageFormat, DynamicImage) {
    let format = image::guess_format(&thumbnail.bytes).unwrap();
    (format, image::load_from_memory(&thumbnail.bytes).unwrap())
}

/// The width and the height of the small thumbnail and of the large one.
fn sizes(findings: &Findings) -> [(u32, u32); 2] {
    let sizes: Vec<_> = findings.thumbnails.iter().map(|thumbnail| thumbnail.size).collect();
    assert_eq!(sizes, ThumbnailSize::ALL);
    [0, 1].map(|at: usize| decoded(&findings.thumbnails[at]).1.dimensions())
}

/// Checks the colours above and below the centre, or to the left and the right of it.
fn assert_colours(thumbnail: &Thumbnail, upright: bool, expected: [Rgba<u8>; 2]) {
    let picture = decoded(thumbnail).1;
    let (width, height) = picture.dimensions();
    let places = if upright {
        [(width / 2, height / 4), (width / 2, height * 3 / 4)]
    } else {
        [(width / 4, height / 2), (width * 3 / 4, height / 2)]
    };
    for ((x, y), expected) in places.into_iter().zip(expected) {
        let found = picture.get_pixel(x, y);
        let near = found.0.iter().zip(expected.0).all(|(a, b)| a.abs_diff(b) < 24);
        assert!(near, "{found:?} instead of {expected:?}");
    }
}

#[tokio::test]
async fn a_rotated_photo_is_made_upright_and_loses_its_metadata() {
    let file = fixture("turned.jpg");
    assert_eq!(ContentType::sniff(&file), ContentType::Jpeg);
    let (findings, properties) = findings(&file).await;
    let expected = json!({
        "width": 80, "height": 120, "orientation": 6,
        "taken_at": "2026-05-04T07:30:00+02:00", "camera": "Plinth One",
    });
    assert_eq!(properties, expected);
    // It is smaller than both thumbnails, and is not enlarged.
    assert_eq!(sizes(&findings), [(80, 120); 2]);
    for thumbnail in &findings.thumbnails {
        assert_eq!(decoded(thumbnail).0, ImageFormat::Jpeg);
        assert_colours(thumbnail, true, [RED, BLUE]);
        let names = |word: &[u8]| thumbnail.bytes.windows(word.len()).any(|window| window == word);
        assert!(!names(b"Exif") && !names(b"Plinth"));
        assert!(names(b"ICC_PROFILE"), "the meaning of the colours is kept");
    }
}

#[tokio::test]
async fn a_transparent_picture_has_transparent_thumbnails() {
    let file = fixture("see-through.png");
    assert_eq!(ContentType::sniff(&file), ContentType::Png);
    let (findings, properties) = findings(&file).await;
    assert_eq!(properties, json!({"width": 120, "height": 80, "orientation": 1}));
    for thumbnail in &findings.thumbnails {
        let (format, picture) = decoded(thumbnail);
        assert_eq!(format, ImageFormat::Png);
        assert_eq!(picture.get_pixel(30, 40).0[3], 0);
        assert_eq!(picture.get_pixel(90, 40), BLUE);
    }
}

#[tokio::test]
async fn a_large_picture_is_shrunk_to_fit_both_sizes() {
    let file = fixture("large.webp");
    assert_eq!(ContentType::sniff(&file), ContentType::Webp);
    let (findings, properties) = findings(&file).await;
    assert_eq!(properties, json!({"width": 1500, "height": 1000, "orientation": 1}));
    assert_eq!(sizes(&findings), [(256, 171), (1024, 683)]);
    assert_colours(&findings.thumbnails[0], false, [RED, BLUE]);
}

#[tokio::test]
async fn a_photo_of_a_phone_is_read() {
    let file = fixture("photo.heic");
    assert_eq!(ContentType::sniff(&file), ContentType::Heic);
    let (findings, properties) = findings(&file).await;
    assert_eq!(properties, json!({"width": 600, "height": 400, "orientation": 1}));
    assert_eq!(sizes(&findings), [(256, 171), (600, 400)]);
    assert_colours(&findings.thumbnails[1], false, [RED, BLUE]);
}

#[tokio::test]
async fn a_portrait_photo_of_a_phone_is_upright() {
    let (findings, properties) = findings(&fixture("turned.heic")).await;
    assert_eq!((&properties["width"], &properties["height"]), (&json!(160), &json!(240)));
    assert_eq!(properties["taken_at"], "2026-05-04T07:30:00+02:00");
    assert_eq!(properties["orientation"], 1, "its width and height are those of the upright photo");
    assert_colours(&findings.thumbnails[0], true, [RED, BLUE]);
}

#[tokio::test]
async fn a_heic_of_any_brand_is_a_photo_that_nothing_turns_again() {
    // Both are turned by `irot`, as libheif and Pillow show them.
    for (name, width, height) in
        [("heic-brand-msf1.heic", 200, 300), ("heic-exif-6.heic", 300, 200)]
    {
        let file = fixture(&format!("cases/{name}"));
        assert_eq!(ContentType::sniff(&file), ContentType::Heic, "{name}");
        let (findings, properties) = findings(&file).await;
        let expected = json!({
            "width": width, "height": height, "orientation": 1, "camera": "Sony H3123",
        });
        assert_eq!(properties, expected, "{name}");
        assert_eq!(sizes(&findings)[1], (width, height), "{name}");
    }
}

#[tokio::test]
async fn a_jpeg_that_mentions_a_pdf_is_a_photo() {
    let file = fixture("cases/jpeg-comment-says-pdf.jpg");
    assert_eq!(ContentType::sniff(&file), ContentType::Jpeg);
    let (findings, properties) = findings(&file).await;
    assert!(properties["width"].is_u64() && properties.get("warnings").is_none());
    assert_eq!(findings.thumbnails.len(), 2);
}

#[tokio::test]
async fn exif_data_of_a_webp_may_begin_like_that_of_a_jpeg() {
    let (findings, properties) = findings(&fixture("cases/webp-exif-prefix.webp")).await;
    let expected = json!({"width": 200, "height": 300, "orientation": 6, "camera": "Sony H3123"});
    assert_eq!(properties, expected);
    assert_eq!(sizes(&findings)[1], (200, 300));
}

#[tokio::test]
async fn a_picture_of_too_many_pixels_has_a_size_and_no_thumbnails() {
    let (findings, properties) = findings(&fixture("cases/png-190mp.png")).await;
    let area = properties["width"].as_u64().unwrap() * properties["height"].as_u64().unwrap();
    assert!(area > 100_000_000, "{properties}");
    assert_eq!(properties["warnings"], json!([{"code": "no_thumbnails", "count": 1}]));
    assert!(findings.thumbnails.is_empty());
}

#[tokio::test]
async fn a_picture_that_is_cut_is_shown_as_far_as_it_goes() {
    let (whole, properties) = findings(&fixture("cases/png-without-iend.png")).await;
    assert_eq!(properties["warnings"], json!([{"code": "truncated", "count": 1}]));
    assert_eq!(whole.thumbnails.len(), 2);
    for name in ["cut.png", "cut.jpg", "cut-progressive.jpg", "cut-interlaced.png"] {
        let (findings, properties) = findings(&fixture(name)).await;
        let size = (&properties["width"], &properties["height"]);
        assert_eq!(size, (&json!(300), &json!(200)), "{name}");
        assert_eq!(properties["warnings"], json!([{"code": "truncated", "count": 1}]), "{name}");
        let picture = decoded(&findings.thumbnails[1]).1;
        let first = picture.get_pixel(2, 2).0;
        assert!(first[0] > 200 && first[2] < 60, "{name}: the first rows are red: {first:?}");
    }
}

#[tokio::test]
async fn a_png_is_turned_by_exif_and_by_xmp() {
    for name in ["turned-exif.png", "turned-exif-last.png", "turned-xmp.png", "turned-xmp.jpg"] {
        let (findings, properties) = findings(&fixture(name)).await;
        assert_eq!(properties["orientation"], 6, "{name}");
        let size = (&properties["width"], &properties["height"]);
        assert_eq!(size, (&json!(80), &json!(120)), "{name}");
        assert_colours(&findings.thumbnails[1], true, [RED, BLUE]);
    }
}

#[tokio::test]
async fn a_jpeg_with_broken_data_of_a_program_is_shown() {
    let mut file = fixture("turned.jpg");
    // A segment of Adobe's that is too short.
    file.splice(2..2, *b"\xff\xee\0\x07Adobe");
    let (findings, properties) = findings(&file).await;
    assert_eq!((&properties["width"], &properties["height"]), (&json!(80), &json!(120)));
    assert_colours(&findings.thumbnails[1], true, [RED, BLUE]);
}

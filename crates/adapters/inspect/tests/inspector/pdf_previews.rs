//! Pictures of first pages.

use image::{GenericImageView, Rgba};
use plinth_domain::ThumbnailSize;

use crate::support::{findings, pdf};

#[tokio::test]
async fn the_first_page_is_shown_in_the_sizes_of_thumbnails() {
    let (findings, _) = findings(&pdf("red-above-blue")).await;
    let sizes: Vec<_> = findings.thumbnails.iter().map(|thumbnail| thumbnail.size).collect();
    assert_eq!(sizes, ThumbnailSize::ALL);
    for (thumbnail, longest) in findings.thumbnails.iter().zip([256, 1024]) {
        let picture = image::load_from_memory(&thumbnail.bytes).unwrap();
        let (width, height) = picture.dimensions();
        assert!(height.abs_diff(longest) <= 1 && width.abs_diff(longest * 595 / 842) <= 1);
        let near = |y, expected: [u8; 4]| {
            let Rgba(found) = picture.get_pixel(width / 2, y);
            found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) < 24)
        };
        assert!(near(height / 4, [255, 0, 0, 255]) && near(height * 3 / 4, [0, 0, 255, 255]));
    }
}

#[tokio::test]
async fn a_page_that_is_turned_is_shown_as_it_is_turned() {
    let (findings, _) = findings(&pdf("turned-page")).await;
    let picture = image::load_from_memory(&findings.thumbnails[1].bytes).unwrap();
    assert!(picture.height() > picture.width());
}

#[tokio::test]
async fn a_page_that_cannot_be_drawn_keeps_its_text() {
    let (findings, properties) = findings(&pdf("picture-bomb")).await;
    assert_eq!(findings.thumbnails, []);
    assert_eq!(findings.text.unwrap(), "Lageplan");
    assert_eq!(properties["pages"], 1);
}

//! Pictures: JPEG, PNG, WebP and HEIC.

mod exif;
mod heic;
mod raster;
mod thumbnails;

use image::{DynamicImage, metadata::Orientation};
use plinth_domain::ContentType;
use serde_json::json;

use crate::{Limits, properties::Properties, protocol::Found, refusal::Refusal};

/// A decoded picture.
struct Picture {
    /// The pixels as stored.
    pixels: DynamicImage,
    /// The transformation that makes the picture upright.
    orientation: Orientation,
    /// The Exif data (a TIFF structure).
    exif: Option<Vec<u8>>,
    /// The colour profile (ISO 15076-1), if it is not sRGB.
    icc: Option<Vec<u8>>,
}

/// Reads a picture.
pub(crate) fn read(
    bytes: &[u8],
    content_type: ContentType,
    limits: &Limits,
    progress: &mut dyn FnMut(u8),
) -> Result<Found, Refusal> {
    let picture = match content_type {
        ContentType::Heic => heic::decode(bytes, limits)?,
        other => raster::decode(bytes, other, limits)?,
    };
    progress(70);
    let properties = properties(&picture);
    let thumbnails = thumbnails::make(picture)?;
    Ok(Found { properties, text: None, thumbnails })
}

/// Refuses a picture by its header, before memory is allocated for the pixels.
fn check_size(width: u32, height: u32, limits: &Limits) -> Result<(), Refusal> {
    if u64::from(width) * u64::from(height) > limits.pixels {
        let detail =
            format!("the picture has {width} by {height} pixels; the limit is {}", limits.pixels);
        return Err(Refusal::too_complex(detail));
    }
    Ok(())
}

fn properties(picture: &Picture) -> Properties {
    let (stored_width, stored_height) = (picture.pixels.width(), picture.pixels.height());
    let (width, height) = match picture.orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (stored_height, stored_width),
        _ => (stored_width, stored_height),
    };
    let mut properties = exif::properties(picture.exif.as_deref());
    properties.insert("width".to_owned(), json!(width));
    properties.insert("height".to_owned(), json!(height));
    properties
}

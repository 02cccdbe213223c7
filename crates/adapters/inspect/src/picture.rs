//! Pictures: JPEG, PNG, WebP and HEIC.

mod exif;
mod heic;
mod jpeg;
mod lenient;
mod png;
mod raster;
mod thumbnails;
mod undecoded;
mod webp;
mod xmp;

use image::{DynamicImage, metadata::Orientation};
use plinth_domain::{ContentType, ThumbnailSize};
use serde_json::json;

use crate::{
    Limits,
    properties::Properties,
    protocol::Found,
    refusal::Refusal,
    warnings::{Warning, Warnings},
};

/// A decoded picture.
struct Picture {
    /// The pixels as stored.
    pixels: DynamicImage,
    /// The transformation that makes the picture upright.
    orientation: Orientation,
    /// The colour profile (ISO 15076-1), if it is not sRGB.
    icc: Option<Vec<u8>>,
}

/// What was read of a file.
struct Opened {
    /// The size of the upright picture, in pixels.
    width: u32,
    height: u32,
    /// What its metadata says.
    properties: Properties,
    /// Absent when its pixels cannot be decoded.
    picture: Option<Picture>,
    warnings: Warnings,
}

/// Reads a picture.
pub(crate) fn read(
    bytes: &[u8],
    content_type: ContentType,
    limits: &Limits,
    progress: &mut dyn FnMut(u8),
) -> Result<Found, Refusal> {
    let opened = match content_type {
        ContentType::Heic => heic::open(bytes, limits)?,
        other => raster::open(bytes, other, limits)?,
    };
    progress(70);
    let mut properties = opened.properties;
    properties.insert("width".to_owned(), json!(opened.width));
    properties.insert("height".to_owned(), json!(opened.height));
    properties.extend(opened.warnings.json().map(|list| ("warnings".to_owned(), list)));
    let thumbnails = opened.picture.map(thumbnails::make).transpose()?.unwrap_or_default();
    Ok(Found { properties, text: None, thumbnails })
}

/// The thumbnails of a picture that another reader drew.
pub(crate) fn thumbnails_of(
    pixels: DynamicImage,
) -> Result<Vec<(ThumbnailSize, Vec<u8>)>, Refusal> {
    let orientation = Orientation::NoTransforms;
    thumbnails::make(Picture { pixels, orientation, icc: None })
}

/// The width and the height of a picture after its orientation is applied.
const fn upright((width, height): (u32, u32), orientation: Orientation) -> (u32, u32) {
    match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
        _ => (width, height),
    }
}

/// Whether the pixels of a picture can be decoded within the limits. It is decided by its header,
/// before memory is allocated for them.
fn fits(width: u32, height: u32, bytes: u64, limits: &Limits, warnings: &mut Warnings) -> bool {
    let pixels = u64::from(width) * u64::from(height);
    // A decoder may need as much again as the pixels.
    let fits = pixels <= limits.pixels && bytes <= limits.memory_bytes / 2;
    if !fits {
        warnings.add(Warning::NoThumbnails);
    }
    fits
}

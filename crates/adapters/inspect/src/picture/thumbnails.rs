use std::io::Cursor;

use image::{
    DynamicImage, ImageEncoder, ImageError,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};
use plinth_domain::ThumbnailSize;

use super::Picture;
use crate::refusal::Refusal;

/// The quality of a JPEG, 1 to 100.
const QUALITY: u8 = 80;

/// The longest colour profile that a thumbnail keeps, in bytes.
const MAX_PROFILE_BYTES: usize = 16 * 1024;

/// Creates the thumbnails: upright, and without metadata except the colour profile.
pub(crate) fn make(picture: Picture) -> Result<Vec<(ThumbnailSize, Vec<u8>)>, Refusal> {
    let profile = picture.icc.filter(|profile| is_rgb(profile));
    let mut large = shrink(&picture.pixels, ThumbnailSize::Large);
    drop(picture.pixels);
    large.apply_orientation(picture.orientation);
    let large = plain(&large);
    let small = shrink(&large, ThumbnailSize::Small);
    [(ThumbnailSize::Small, small), (ThumbnailSize::Large, large)]
        .into_iter()
        .map(|(size, pixels)| {
            Ok((size, encode(&pixels, profile.clone()).map_err(|error| refusal(&error))?))
        })
        .collect()
}

/// Scales a picture down to a size; a smaller picture is not changed.
fn shrink(pixels: &DynamicImage, size: ThumbnailSize) -> DynamicImage {
    let longest = size.pixels();
    if pixels.width() <= longest && pixels.height() <= longest {
        return pixels.clone();
    }
    pixels.thumbnail(longest, longest)
}

/// Eight bits a channel, and an alpha channel only if a pixel is transparent.
fn plain(pixels: &DynamicImage) -> DynamicImage {
    let rgba = pixels.to_rgba8();
    if rgba.pixels().any(|pixel| pixel.0[3] < u8::MAX) {
        return DynamicImage::ImageRgba8(rgba);
    }
    DynamicImage::ImageRgb8(pixels.to_rgb8())
}

fn encode(pixels: &DynamicImage, profile: Option<Vec<u8>>) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Cursor::new(Vec::new());
    if pixels.color().has_alpha() {
        let mut encoder = PngEncoder::new(&mut bytes);
        set_profile(&mut encoder, profile);
        pixels.write_with_encoder(encoder)?;
    } else {
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        set_profile(&mut encoder, profile);
        pixels.write_with_encoder(encoder)?;
    }
    Ok(bytes.into_inner())
}

/// Adds the profile, if the format supports one.
fn set_profile(encoder: &mut impl ImageEncoder, profile: Option<Vec<u8>>) {
    profile.and_then(|profile| encoder.set_icc_profile(profile).ok());
}

/// Whether a profile is one for red, green and blue (ISO 15076-1, 7.2.8).
fn is_rgb(profile: &[u8]) -> bool {
    profile.len() <= MAX_PROFILE_BYTES && profile.get(16..20) == Some(b"RGB ")
}

fn refusal(error: &ImageError) -> Refusal {
    Refusal::malformed(format!("no thumbnail can be made of it: {error}"))
}

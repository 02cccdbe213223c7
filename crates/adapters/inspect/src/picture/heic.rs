use heifer::{Error, Image, Options, heifer_isobmff::HeifFile};
use image::{DynamicImage, RgbaImage, metadata::Orientation};

use super::{Picture, check_size};
use crate::{Limits, refusal::Refusal};

/// Decodes the primary picture of a HEIC file: upright, and in sRGB if its colour profile is
/// supported.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Picture, Refusal> {
    let file = HeifFile::parse(bytes).map_err(|error| refusal(error.into()))?;
    if let Ok(Some((width, height))) = file.image_size(file.primary_id) {
        check_size(width, height, limits)?;
    }
    let exif = file.exif(file.primary_id).ok().flatten();
    // The resource limits forbid threads.
    let options = Options { max_threads: 1, max_pixels: limits.pixels };
    let decoded = match heifer::decode_srgb_rgba8(bytes, &options) {
        // High dynamic range, or an unsupported profile.
        Err(Error::Unsupported(_)) => heifer::decode_rgba8(bytes, &options),
        decoded => decoded,
    };
    let pixels = pixels(decoded.map_err(refusal)?)?;
    Ok(Picture { pixels, orientation: Orientation::NoTransforms, exif, icc: None })
}

fn pixels(image: Image<u8>) -> Result<DynamicImage, Refusal> {
    let pixels = RgbaImage::from_raw(image.width, image.height, image.data);
    let pixels =
        pixels.ok_or_else(|| Refusal::malformed("the pixel data is shorter than the picture"))?;
    Ok(DynamicImage::ImageRgba8(pixels))
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::Unsupported(_) => Refusal::unsupported(error.to_string()),
        error => Refusal::malformed(error.to_string()),
    }
}

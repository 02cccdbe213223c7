use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits as Bounds,
    metadata::Orientation,
};
use plinth_domain::ContentType;

use super::{Picture, check_size};
use crate::{Limits, refusal::Refusal};

/// Decodes a JPEG, PNG or WebP; of an animation, the first picture.
pub(crate) fn decode(
    bytes: &[u8],
    content_type: ContentType,
    limits: &Limits,
) -> Result<Picture, Refusal> {
    let format = match content_type {
        ContentType::Jpeg => ImageFormat::Jpeg,
        ContentType::Png => ImageFormat::Png,
        _ => ImageFormat::WebP,
    };
    let mut bounds = Bounds::no_limits();
    bounds.max_alloc = Some(limits.memory_bytes);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(bounds);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height, limits)?;
    // Broken metadata is ignored.
    let exif = decoder.exif_metadata().ok().flatten();
    let icc = decoder.icc_profile().ok().flatten();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let pixels = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    Ok(Picture { pixels, orientation, exif, icc })
}

fn refusal(error: ImageError) -> Refusal {
    match error {
        ImageError::Limits(error) => Refusal::too_complex(error.to_string()),
        ImageError::Unsupported(error) => Refusal::unsupported(error.to_string()),
        error => Refusal::malformed(error.to_string()),
    }
}

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits as Bounds,
    metadata::Orientation,
};
use plinth_domain::ContentType;
use serde_json::json;

use super::{
    Opened, Picture, exif, fits, jpeg,
    lenient::{Fault, Lenient},
    png, undecoded, upright, xmp,
};
use crate::{
    Limits,
    refusal::Refusal,
    warnings::{Warning, Warnings},
};

/// Opens a JPEG, PNG or WebP; of an animation, the first picture.
pub(crate) fn open(
    bytes: &[u8],
    content_type: ContentType,
    limits: &Limits,
) -> Result<Opened, Refusal> {
    let format = match content_type {
        ContentType::Jpeg => ImageFormat::Jpeg,
        ContentType::Png => ImageFormat::Png,
        _ => ImageFormat::WebP,
    };
    let mut bounds = Bounds::no_limits();
    bounds.max_alloc = Some(limits.memory_bytes);
    let opened = |bytes| {
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        reader.limits(bounds.clone());
        reader.into_decoder()
    };
    let without_applications;
    let decoder = match opened(bytes) {
        Err(ImageError::Decoding(_)) if format == ImageFormat::Jpeg => {
            // The data of a program may be broken, which the picture does not need.
            without_applications = jpeg::without_applications(bytes);
            opened(&without_applications)
        }
        decoder => decoder,
    };
    let mut decoder = match decoder {
        Ok(decoder) => decoder,
        Err(error) => return undecoded::open(bytes, format).ok_or_else(|| refusal(error)),
    };
    let stored = decoder.dimensions();
    // Broken metadata is ignored.
    let icc = decoder.icc_profile().ok().flatten();
    let (orientation, properties) = metadata(&mut decoder, bytes, format);
    let orientation = Orientation::from_exif(orientation).unwrap_or(Orientation::NoTransforms);
    let mut warnings = Warnings::default();
    let size = decoder.total_bytes();
    let picture = if fits(stored.0, stored.1, size, limits, &mut warnings) {
        let pixels = pixels(decoder, bytes, format, &mut warnings);
        pixels.map(|pixels| Picture { pixels, orientation, icc })
    } else {
        None
    };
    let (width, height) = upright(stored, orientation);
    Ok(Opened { width, height, properties, picture, warnings })
}

/// The orientation, 1 to 8, by Exif or else by XMP, and what else the metadata says.
fn metadata(
    decoder: &mut impl ImageDecoder,
    bytes: &[u8],
    format: ImageFormat,
) -> (u8, crate::properties::Properties) {
    let of_png = match format {
        ImageFormat::Png => png::metadata(bytes),
        _ => png::Metadata::default(),
    };
    let data = match of_png.exif {
        Some(data) => Some(data.into_owned()),
        None => decoder.exif_metadata().ok().flatten(),
    };
    let exif = exif::read(&data.unwrap_or_default());
    let by_xmp = || {
        let packet = decoder.xmp_metadata().ok().flatten();
        of_png.orientation.or_else(|| packet.and_then(|packet| xmp::orientation(&packet)))
    };
    let orientation = exif.orientation.or_else(by_xmp);
    let orientation = orientation.and_then(|code| u8::try_from(code).ok());
    let orientation = orientation.filter(|code| (1..=8).contains(code)).unwrap_or(1);
    let mut properties = exif.properties;
    properties.insert("orientation".to_owned(), json!(orientation));
    (orientation, properties)
}

/// Decodes the pixels, as far as they go; `None` when a fault comes before the first one, or when
/// they are coded in a way that is not supported.
fn pixels(
    decoder: impl ImageDecoder,
    bytes: &[u8],
    format: ImageFormat,
    warnings: &mut Warnings,
) -> Option<DynamicImage> {
    let fault = Fault::default();
    let lenient = Lenient { inner: decoder, format, fault: fault.clone() };
    let pixels = match DynamicImage::from_decoder(lenient) {
        Ok(pixels) => pixels,
        Err(error) => {
            warnings.add(undecoded::cause(&error, bytes, format));
            return None;
        }
    };
    let is_cut = format == ImageFormat::Jpeg && jpeg::is_cut(bytes);
    let warning = if is_cut { Some(Warning::Truncated) } else { fault.get() };
    if let Some(warning) = warning {
        warnings.add(warning);
    }
    let is_empty = fault.get().is_some() && pixels.as_bytes().iter().all(|byte| *byte == 0);
    (!is_empty).then_some(pixels)
}

fn refusal(error: ImageError) -> Refusal {
    match error {
        ImageError::Limits(error) => Refusal::too_complex(error.to_string()),
        ImageError::Unsupported(error) => Refusal::unsupported(error.to_string()),
        error => Refusal::malformed(error.to_string()),
    }
}

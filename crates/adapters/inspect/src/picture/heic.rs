use heifer::{
    Error, Image, Options, heifer_hevc_dec, heifer_isobmff,
    heifer_isobmff::{BoxIter, HeifFile, boxes::Property},
};
use image::{DynamicImage, RgbaImage, metadata::Orientation};
use serde_json::json;

use super::{Opened, Picture, exif, fits};
use crate::{
    Limits,
    refusal::Refusal,
    warnings::{Warning, Warnings},
};

/// Opens the primary picture of a HEIC file: upright, and in sRGB if its colour profile is
/// supported.
///
/// Its orientation is always 1. The file says by other means how it is turned (`irot`, `imir`;
/// ISO/IEC 23008-12, 6.5.10), and every reader applies them. The orientation in Exif repeats it for
/// information (A.2.1), and a client that applied it would turn the picture twice.
pub(crate) fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, Refusal> {
    let mut warnings = Warnings::default();
    let bytes = whole_boxes(bytes, &mut warnings);
    let file = HeifFile::parse(bytes).map_err(|error| refusal(error.into()))?;
    let exif = file.exif(file.primary_id).ok().flatten().unwrap_or_default();
    let mut properties = exif::read(&exif).properties;
    properties.insert("orientation".to_owned(), json!(1));
    let size = upright_size(&file);
    if let Some((width, height)) = size
        && !fits(width, height, u64::from(width) * u64::from(height) * 4, limits, &mut warnings)
    {
        return Ok(Opened { width, height, properties, picture: None, warnings });
    }
    // The resource limits forbid threads.
    let options = Options { max_threads: 1, max_pixels: limits.pixels };
    let decoded = match heifer::decode_srgb_rgba8(bytes, &options) {
        // High dynamic range, or an unsupported profile.
        Err(Error::Unsupported(_)) => heifer::decode_rgba8(bytes, &options),
        decoded => decoded,
    };
    let pixels = match (decoded, size) {
        (Ok(decoded), _) => pixels(decoded)?,
        (Err(error), Some((width, height))) => {
            // A file that is cut has its warning.
            if warnings.json().is_none() {
                warnings.add(cause(&error));
            }
            return Ok(Opened { width, height, properties, picture: None, warnings });
        }
        (Err(error), None) => return Err(refusal(error)),
    };
    let (width, height) = (pixels.width(), pixels.height());
    let picture = Picture { pixels, orientation: Orientation::NoTransforms, icc: None };
    Ok(Opened { width, height, properties, picture: Some(picture), warnings })
}

/// The file up to its last whole box (ISO/IEC 14496-12, 4.2): the pixels are mostly in the last one,
/// and everything else before it.
fn whole_boxes<'b>(bytes: &'b [u8], warnings: &mut Warnings) -> &'b [u8] {
    let mut end = 0;
    for found in BoxIter::new(bytes) {
        match found {
            Ok(found) => {
                let header = usize::try_from(found.header.header_size).unwrap_or_default();
                end = found.offset + header + found.content.len();
            }
            Err(error) => {
                warnings.add(cause(&error.into()));
                return &bytes[..end];
            }
        }
    }
    bytes
}

/// Why the pixels could not be decoded.
fn cause(error: &Error) -> Warning {
    match error {
        Error::Unsupported(_) | Error::Hevc(heifer_hevc_dec::Error::Unimplemented(_)) => {
            Warning::NoThumbnails
        }
        Error::Hevc(heifer_hevc_dec::Error::UnexpectedEof)
        | Error::Container(heifer_isobmff::Error::UnexpectedEof) => Warning::Truncated,
        _ => Warning::Damaged,
    }
}

/// The size of the primary picture after its rotation, without decoding it.
fn upright_size(file: &HeifFile<'_>) -> Option<(u32, u32)> {
    let (width, height) = file.image_size(file.primary_id).ok().flatten()?;
    let mut properties = file.item_properties(file.primary_id).ok()?;
    let is_turned = properties.any(|property| matches!(property, Property::Rotation(1 | 3)));
    Some(if is_turned { (height, width) } else { (width, height) })
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

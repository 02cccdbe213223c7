//! Pictures whose pixels no decoder reads, but whose header tells what is in them.

use image::{ImageError, ImageFormat, metadata::Orientation};
use serde_json::json;

use super::{Opened, exif, jpeg, upright, webp, xmp};
use crate::{
    properties::Properties,
    warnings::{Warning, Warnings},
};

/// Opens a picture by its header, if it has one with a size.
pub(super) fn open(bytes: &[u8], format: ImageFormat) -> Option<Opened> {
    let (size, metadata, warning) = match format {
        ImageFormat::Jpeg => {
            let frame = jpeg::frame(bytes)?;
            let packet = jpeg::application(bytes, jpeg::XMP);
            let exif = exif::read(jpeg::application(bytes, jpeg::EXIF).unwrap_or_default());
            let by_xmp = || packet.and_then(xmp::orientation);
            let warning =
                if frame.is_common { fault(bytes, format) } else { Warning::NoThumbnails };
            let orientation = exif.orientation.or_else(by_xmp);
            ((frame.width, frame.height), (orientation, exif.properties), warning)
        }
        ImageFormat::WebP => {
            (webp::canvas(bytes)?, (None, Properties::new()), fault(bytes, format))
        }
        _ => return None,
    };
    let (orientation, mut properties) = metadata;
    let code = orientation.and_then(|code| u8::try_from(code).ok());
    let known = code.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms);
    properties.insert("orientation".to_owned(), json!(known.to_exif()));
    let (width, height) = upright(size, known);
    let mut warnings = Warnings::default();
    warnings.add(warning);
    Some(Opened { width, height, properties, picture: None, warnings })
}

/// Why the pixels of a picture could not be decoded.
pub(super) fn cause(error: &ImageError, bytes: &[u8], format: ImageFormat) -> Warning {
    match error {
        ImageError::Limits(_) | ImageError::Unsupported(_) => Warning::NoThumbnails,
        _ => fault(bytes, format),
    }
}

fn fault(bytes: &[u8], format: ImageFormat) -> Warning {
    let is_cut = match format {
        ImageFormat::Jpeg => jpeg::is_cut(bytes),
        ImageFormat::WebP => webp::is_cut(bytes),
        _ => false,
    };
    if is_cut { Warning::Truncated } else { Warning::Damaged }
}

use exif::{DateTime, Exif, Field, In, Reader, Tag, Value};
use serde_json::json;

use crate::{properties::Properties, text};

/// The maximum length of a camera's name, in characters.
const CAMERA_CHARS: usize = 100;

/// The start of Exif data in a JPEG, which some programs write into other files, too.
const PREFIX: &[u8] = b"Exif\0\0";

/// The metadata of a picture.
pub(super) struct Metadata {
    /// The orientation, if there is one: 1 to 8, or another number that means nothing.
    pub(super) orientation: Option<u32>,
    /// Time and camera. The location is left out: the permission to see a picture does not include
    /// where it was taken.
    pub(super) properties: Properties,
}

/// Reads Exif data: a TIFF structure. Broken parts are ignored.
pub(super) fn read(mut data: &[u8]) -> Metadata {
    let mut metadata = Metadata { orientation: None, properties: Properties::new() };
    while let Some(rest) = data.strip_prefix(PREFIX) {
        data = rest;
    }
    let mut reader = Reader::new();
    let read = reader.continue_on_error(true).read_raw(data.to_vec());
    let Ok(exif) = read.or_else(|error| error.distill_partial_result(drop)) else {
        return metadata;
    };
    let orientation = exif.get_field(Tag::Orientation, In::PRIMARY);
    metadata.orientation = orientation.and_then(|field| field.value.get_uint(0));
    if let Some(moment) = taken_at(&exif) {
        metadata.properties.insert("taken_at".to_owned(), json!(moment));
    }
    if let Some(camera) = camera(&exif) {
        metadata.properties.insert("camera".to_owned(), json!(camera));
    }
    metadata
}

/// RFC 3339, without an offset where the camera wrote none.
fn taken_at(exif: &Exif) -> Option<String> {
    let mut moment = DateTime::from_ascii(ascii(exif, Tag::DateTimeOriginal)?).ok()?;
    let offset = ascii(exif, Tag::OffsetTimeOriginal);
    offset.and_then(|offset| moment.parse_offset(offset).ok());
    let DateTime { year, month, day, hour, minute, second, .. } = moment;
    let in_range = (1..=12).contains(&month) && (1..=31).contains(&day);
    if !in_range || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let local = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    Some(local + &moment.offset.map(offset_text).unwrap_or_default())
}

fn offset_text(minutes: i16) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The maker and the model, without the maker if the model begins with it.
fn camera(exif: &Exif) -> Option<String> {
    let word = |tag| ascii(exif, tag).map(|bytes| String::from_utf8_lossy(bytes));
    let make = word(Tag::Make).unwrap_or_default();
    let model = word(Tag::Model).unwrap_or_default();
    let repeats = !make.is_empty() && model.starts_with(make.as_ref());
    let camera = if repeats { model.into_owned() } else { format!("{make} {model}") };
    text::name(&camera, CAMERA_CHARS)
}

fn ascii(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    let Field { value, .. } = exif.get_field(tag, In::PRIMARY)?;
    match value {
        Value::Ascii(parts) => parts.first().map(Vec::as_slice),
        _ => None,
    }
}

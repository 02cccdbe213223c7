//! Bodies: bounded, strict JSON, and all of its faults at once.

mod body;
mod faults;
mod form;
mod merge;
mod named;
mod shape;
mod strict;

use plinth_domain::{Invalid, codes};
use serde_json::{Map, Value};

pub(crate) use body::Body;
pub(crate) use faults::Faults;
pub(crate) use form::Form;
pub(crate) use merge::Merge;

plinth_domain::codes! {
    BODY_MALFORMED = "body.malformed",
        "The body is no JSON, holds a key twice, U+0000, or is nested too deeply.";
    BODY_MEDIA_TYPE = "body.media_type", "The body is not application/json, or it is compressed.";
    BODY_TOO_LARGE = "body.too_large", "The body is larger than the server takes.";
    FIELD_TYPE = "field.type", "A field has another JSON type than documented.";
    FIELD_UNKNOWN = "field.unknown", "There is no field of this name.";
}

/// A JSON object that stands as text where no JSON body is.
pub(crate) fn parse_object(text: &str) -> Result<Map<String, Value>, Invalid> {
    match strict::parse(text.as_bytes()) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(Invalid::new(codes::JSON_MALFORMED, "must be a JSON object")),
    }
}

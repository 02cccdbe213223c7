//! JSON bodies: limited in size, parsed strictly, and refused with all faults in one response.

mod body;
pub(crate) mod codes;
mod faults;
mod form;
mod merge;
mod named;
mod shape;
mod strict;
mod syntax;

use plinth_domain::{Invalid, codes::JSON_MALFORMED};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

pub(crate) use body::{Body, Format, examine, read, value};
pub(crate) use faults::Faults;
pub(crate) use form::Form;
pub(crate) use merge::Merge;
pub(crate) use strict::parse as parse_strictly;
pub(crate) use syntax::explain;

/// Deserializes a field that may be absent, and is never `null`: without it, serde takes `null` for
/// absent. The field needs `#[serde(default)]`.
pub(crate) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// An object that must not be null.
pub(crate) fn filled<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Map<String, Value>, D::Error> {
    let object = Option::<Map<String, Value>>::deserialize(deserializer)?;
    object.ok_or_else(|| serde::de::Error::invalid_type(serde::de::Unexpected::Unit, &"an object"))
}

/// Parses a JSON object that comes as text in a form field or a header.
pub(crate) fn parse_object(text: &str) -> Result<Map<String, Value>, Invalid> {
    match strict::parse(text.as_bytes()) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(Invalid::new(JSON_MALFORMED, "must be a JSON object")),
    }
}

//! Small values that several resources show or read.

use chrono::{DateTime, NaiveDate, SubsecRound};
use plinth_domain::{Id, Invalid, JsonObject, Timestamp, codes};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Declares the names of a closed set, for the OpenAPI document.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident = $($variant:ident),+) => {
        $(#[$doc])*
        #[derive(utoipa::ToSchema)]
        #[schema(rename_all = "snake_case")]
        #[expect(dead_code, reason = "it only describes what the strings may be")]
        pub(crate) enum $name { $($variant),+ }
    };
}
pub(crate) use names;

/// One of a closed set of names.
pub(crate) fn known<T>(
    text: &str,
    find: impl FnOnce(&str) -> Option<T>,
    names: &[&str],
) -> Result<T, Invalid> {
    find(text).ok_or_else(|| {
        Invalid::new(codes::VALUE_UNKNOWN, format!("must be one of {}", names.join(", ")))
    })
}

/// A moment (RFC 3339), cut to microseconds.
pub(crate) fn moment(text: &str) -> Result<Timestamp, Invalid> {
    DateTime::parse_from_rfc3339(text).map(|time| time.to_utc().trunc_subsecs(6)).map_err(|_| {
        Invalid::new(codes::TIME_MALFORMED, "an RFC 3339 time such as 2026-11-20T10:05:00Z")
    })
}

/// A day: `2026-11-20`.
pub(crate) fn day(text: &str) -> Result<NaiveDate, Invalid> {
    // Only the extended form of ISO 8601, and four digits of year.
    let fits = text.len() == 10;
    let day = fits.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
    day.ok_or_else(|| Invalid::new(codes::DATE_MALFORMED, "a day such as 2026-11-20"))
}

/// What a client wants to remember with a record, within its bound.
pub(crate) fn object(fields: Map<String, Value>) -> Result<JsonObject, Invalid> {
    let text = Value::Object(fields).to_string();
    if text.len() > JsonObject::MAX_BYTES {
        let detail = format!("at most {} bytes", JsonObject::MAX_BYTES);
        return Err(Invalid::new(codes::JSON_TOO_LARGE, detail));
    }
    Ok(JsonObject::from_parsed(text))
}

/// An identity in a body.
pub(crate) fn identity<T>(text: &str) -> Result<Id<T>, Invalid> {
    // Only the hyphenated form, as in paths.
    let uuid = Uuid::try_parse(if text.len() == 36 { text } else { "" });
    uuid.map(Id::from_uuid).map_err(|_| Invalid::new(codes::UUID_MALFORMED, "must be a UUID"))
}

//! Values that the bodies of several records share.

use chrono::NaiveDate;
use plinth_application::json;
use plinth_domain::{Id, Invalid, JsonObject, Permission, PermissionSet, Timestamp, codes};
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};
use uuid::Uuid;

use crate::dates;

/// Declares an enum's names for the OpenAPI document.
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

names! {
    /// How long a limit counts. Days and months are those of the organization's time zone.
    BudgetPeriodName = Day, Month
}

/// The name of a permission, for the OpenAPI document.
pub(crate) struct PermissionName;

impl PartialSchema for PermissionName {
    fn schema() -> RefOr<Schema> {
        let names = Permission::ALL.iter().map(|permission| permission.name());
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A permission."))
            .enum_values(Some(names))
            .into()
    }
}

impl ToSchema for PermissionName {}

/// Parses a list of at least one permission.
pub(crate) fn permissions(names: &[String]) -> Result<PermissionSet, Invalid> {
    if names.is_empty() {
        return Err(Invalid::new(codes::LIST_EMPTY, "at least one permission"));
    }
    let unknown = || Invalid::new(codes::PERMISSION_UNKNOWN, "there is no such permission");
    names.iter().map(|name| Permission::from_name(name).ok_or_else(unknown)).collect()
}

/// Parses one of a closed set of names.
pub(crate) fn known<T>(
    text: &str,
    find: impl FnOnce(&str) -> Option<T>,
    names: &[&str],
) -> Result<T, Invalid> {
    find(text).ok_or_else(|| {
        Invalid::new(codes::VALUE_UNKNOWN, format!("must be one of {}", names.join(", ")))
    })
}

/// Parses an RFC 3339 time of the years 1 to 9999, truncated to microseconds.
pub(crate) fn moment(text: &str) -> Result<Timestamp, Invalid> {
    dates::moment(text).ok_or_else(|| {
        let detail =
            "must be an RFC 3339 time such as 2026-11-20T10:05:00Z, of the years 1 to 9999";
        Invalid::new(codes::TIME_MALFORMED, detail)
    })
}

/// Parses a day of the years 1 to 9999: `2026-11-20`.
pub(crate) fn day(text: &str) -> Result<NaiveDate, Invalid> {
    dates::day(text).ok_or_else(|| {
        let detail = "must be a day that exists, such as 2026-11-20, of the years 1 to 9999";
        Invalid::new(codes::DATE_MALFORMED, detail)
    })
}

/// Converts metadata of at most [`JsonObject::MAX_BYTES`].
pub(crate) fn object(fields: &Map<String, Value>) -> Result<JsonObject, Invalid> {
    json::object(fields)
}

/// Parses an id.
pub(crate) fn identity<T>(text: &str) -> Result<Id<T>, Invalid> {
    // Only the hyphenated form is accepted, as in paths.
    let uuid = Uuid::try_parse(if text.len() == 36 { text } else { "" });
    uuid.map(Id::from_uuid).map_err(|_| Invalid::new(codes::UUID_MALFORMED, "must be a UUID"))
}

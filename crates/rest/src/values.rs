//! Small values that several resources show or read.

use chrono::{DateTime, NaiveDate, SubsecRound};
use plinth_domain::{Id, Invalid, JsonObject, Permission, Role, Timestamp, codes};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// Declares the names of a closed set, for the OpenAPI document.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident = $($variant:ident),+) => {
        $(#[$doc])*
        #[derive(ToSchema)]
        #[schema(rename_all = "snake_case")]
        #[expect(dead_code, reason = "it only describes what the strings may be")]
        pub(crate) enum $name { $($variant),+ }
    };
}

names! {
    /// Where a project stands.
    StatusName = Planned, Active, OnHold, Completed, Archived
}
names! {
    /// What a member is, the mightiest first.
    RoleName = Owner, Admin, Accountant, Member, Viewer
}
names! {
    /// What kind of file a document is.
    KindName = Pdf, Photo, Ifc, Other
}
names! {
    /// How far the processing of a document has come.
    DocumentStatusName = Pending, Processing, Ready, Rejected, Failed
}
names! {
    /// How far an invitation has come.
    InvitationStatusName = Pending, Expired, Accepted, Revoked
}
names! {
    /// Where a job stands.
    JobStateName = Queued, Running, Succeeded, Failed, Dead, Cancelled
}
names! {
    /// How an action ended.
    OutcomeName = Succeeded, Denied, Failed
}

names! {
    /// What is wrong with an entry of the journal.
    ReasonName = Changed, Removed, Reordered
}

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

/// A role.
pub(crate) fn role(text: &str) -> Result<Role, Invalid> {
    known(text, Role::from_name, &Role::ALL.map(Role::name))
}

/// A permission.
pub(crate) fn permission(text: &str) -> Result<Permission, Invalid> {
    Permission::from_name(text)
        .ok_or_else(|| Invalid::new(codes::PERMISSION_UNKNOWN, "there is no such permission"))
}

/// A day (ISO 8601, the extended form with four digits of year).
pub(crate) fn day(text: &str) -> Result<NaiveDate, Invalid> {
    let fits = text.len() == 10;
    let day = fits.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
    day.ok_or_else(|| Invalid::new(codes::DATE_MALFORMED, "a day such as 2026-11-20"))
}

/// A moment (RFC 3339), cut to microseconds.
pub(crate) fn moment(text: &str) -> Result<Timestamp, Invalid> {
    DateTime::parse_from_rfc3339(text).map(|time| time.to_utc().trunc_subsecs(6)).map_err(|_| {
        Invalid::new(codes::TIME_MALFORMED, "an RFC 3339 time such as 2026-11-20T10:05:00Z")
    })
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

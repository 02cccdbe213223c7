//! `/audit-logs`

use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use plinth_application::audit_logs::{Fault, ListAuditLogs, Verification, VerifyAuditLog};
use plinth_domain::{EntryId, JsonObject};
use plinth_ports::{JournalFilter, JournalRecord, JournalSort, Outcome};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    problem::ApiError,
    routing::Routes,
    values::names,
};

pub(crate) fn routes(config: &mut Routes<'_>) {
    config.service(list_audit_logs).service(verify_audit_log);
}

names! {
    /// The kind of an actor.
    ActorKindName = User, ApiKey, Worker, System, Operator
}

names! {
    /// The outcome of an action.
    AuditOutcomeName = Succeeded, Denied, Failed
}

names! {
    /// The fault of an entry of the audit log.
    VerificationReasonName = Changed, Removed, Reordered, Unnumbered
}

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditLogView {
    id: Uuid,
    created_at: DateTime<Utc>,
    #[schema(value_type = ActorKindName)]
    actor_kind: String,
    actor_id: Option<Uuid>,
    #[schema(example = "project.updated")]
    action: String,
    #[schema(example = "project")]
    subject_kind: String,
    subject_id: Option<Uuid>,
    /// The record before the action, if there was one. It contains no secrets.
    #[schema(value_type = Option<Object>)]
    before: Option<Box<RawValue>>,
    /// The record after the action, if there is one.
    #[schema(value_type = Option<Object>)]
    after: Option<Box<RawValue>>,
    #[schema(value_type = AuditOutcomeName)]
    outcome: &'static str,
    /// `X-Request-Id` of the request.
    request_id: String,
    /// The client's address.
    address: Option<String>,
}

impl From<JournalRecord> for AuditLogView {
    fn from(record: JournalRecord) -> Self {
        let raw = |json: Option<JsonObject>| {
            json.and_then(|json| RawValue::from_string(json.into_string()).ok())
        };
        Self {
            id: record.id.uuid(),
            created_at: record.at,
            actor_kind: record.actor_kind,
            actor_id: record.actor_id,
            action: record.action,
            subject_kind: record.subject_kind,
            subject_id: record.subject_id,
            before: raw(record.before),
            after: raw(record.after),
            outcome: record.outcome.name(),
            request_id: record.request_id,
            address: record.address,
        }
    }
}

/// List entries of the audit log.
#[utoipa::path(
    tag = "audit-logs",
    operation_id = "list_audit_logs",
    params(
        ("action" = Option<Vec<String>>, Query, description = "One of these actions: `project.created`"),
        ("actor_id" = Option<Uuid>, Query, description = "Filter by user or API key"),
        ("subject_kind" = Option<Vec<String>>, Query, description = "One of these kinds of record"),
        ("subject_id" = Option<Uuid>, Query, description = "Filter by record"),
        ("outcome" = Option<Vec<AuditOutcomeName>>, Query, description = "One of these outcomes"),
        ("from" = Option<DateTime<Utc>>, Query, deprecated, description = "The same as `created_after`"),
        ("until" = Option<DateTime<Utc>>, Query, deprecated, description = "The same as `created_before`"),
        Paging<JournalSort>,
    ),
    responses(
        (status = 200, body = ListView<AuditLogView>, headers(("Link"))),
    ),
    security(("bearer" = ["audit_log:read"])),
)]
#[get("/audit-logs")]
pub(crate) async fn list_audit_logs(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let filter = JournalFilter {
        action: query.texts("action", 100),
        actor_id: query.uuid("actor_id"),
        subject_kind: query.texts("subject_kind", 100),
        subject_id: query.uuid("subject_id"),
        outcome: query.one_of("outcome", &Outcome::ALL.map(Outcome::name), Outcome::from_name),
    };
    let within = query.range("from", "until");
    let mut page = query.page(&caller)?;
    page.times.created = page.times.created.and(within);
    let ask = move |page| ListAuditLogs { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, AuditLogView::from).await
}

/// The result of verifying a part of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VerificationView {
    /// The first verified number.
    verified_from: i64,
    /// The last number up to which every entry is unchanged, and the next `?after=`. It is
    /// `verified_from` - 1 if there is none.
    verified_to: i64,
    /// The hash of that entry, hexadecimal. A copy kept elsewhere proves later that no entry before
    /// it was changed.
    #[schema(example = "8b78c2264f30d3d2a72e429770fcd98516909f6246f724961b4c5697bd0e3c97")]
    head: String,
    /// Whether `verified_to` is the last number.
    complete: bool,
    /// The first entry that was changed, removed or reordered, or that never got a number.
    fault: Option<FaultView>,
}

/// The first entry that was changed, removed or reordered, or that never got a number.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerificationFault)]
pub(crate) struct FaultView {
    /// `null` for an entry that never got a number.
    number: Option<i64>,
    entry_id: Option<Uuid>,
    #[schema(value_type = VerificationReasonName)]
    reason: &'static str,
}

impl From<Verification> for VerificationView {
    fn from(found: Verification) -> Self {
        let fault = |Fault { number, entry, reason }: Fault| FaultView {
            number,
            entry_id: entry.map(EntryId::uuid),
            reason: reason.name(),
        };
        Self {
            verified_from: found.after + 1,
            verified_to: found.verified_to,
            head: found.head_hex(),
            complete: found.is_complete,
            fault: found.fault.map(fault),
        }
    }
}

/// Verify that the audit log is unchanged.
///
/// Each entry has a number and a hash over itself and all entries before it. One response verifies
/// up to 500 entries; unless it is `complete`, continue with `?after=` its `verified_to`.
#[utoipa::path(
    tag = "audit-logs",
    operation_id = "verify_audit_log",
    params(("after" = Option<i64>, Query, minimum = 0, maximum = 9_223_372_036_854_775_806_i64, description = "Begin after this number, whose hash is trusted; default 0")),
    responses(
        (status = 200, body = VerificationView),
        (status = 409, description = "audit_log.number"),
    ),
    security(("bearer" = ["audit_log:read"])),
)]
#[get("/audit-logs/verification")]
pub(crate) async fn verify_audit_log(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let number = |text: &str| text.parse().ok().filter(|number| (0..i64::MAX).contains(number));
    let after = query.take("after", "a number of the journal, or 0", number).unwrap_or(0);
    query.done()?;
    let found = app.query(&caller, VerifyAuditLog { after }).await?;
    Ok(HttpResponse::Ok().json(VerificationView::from(found)))
}

//! `/audit-logs`

use actix_web::{HttpResponse, get};
use application::audit_logs::ListAuditLogs;
use chrono::{DateTime, Utc};
use ports::{JournalFilter, JournalRecord, Outcome};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    gate::{App, Signed},
    list::{ListQuery, ListView},
    problem::ApiError,
    values::OutcomeName,
};

/// What one action did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditLogView {
    id: Uuid,
    created_at: DateTime<Utc>,
    /// `user`, `api_key` or `system`.
    #[schema(example = "user")]
    actor_kind: String,
    actor_id: Option<Uuid>,
    #[schema(example = "project.updated")]
    action: String,
    #[schema(example = "project")]
    subject_kind: String,
    subject_id: Option<Uuid>,
    /// The record before, where there was one. Secrets are never part of it.
    #[schema(value_type = Option<Object>)]
    before: Option<Box<RawValue>>,
    /// The record after, where there is one.
    #[schema(value_type = Option<Object>)]
    after: Option<Box<RawValue>>,
    #[schema(value_type = OutcomeName)]
    outcome: &'static str,
    /// `X-Request-Id` of the request that did it.
    request_id: String,
    /// The client's address.
    address: Option<String>,
}

impl From<JournalRecord> for AuditLogView {
    fn from(record: JournalRecord) -> Self {
        let raw = |json: Option<domain::JsonObject>| {
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

/// Read the audit log.
#[utoipa::path(
    tag = "audit-logs",
    operation_id = "list_audit_logs",
    params(
        ("action" = Option<String>, Query, description = "Only this action: `project.created`"),
        ("actor_id" = Option<Uuid>, Query, description = "Only by this user or API key"),
        ("subject_kind" = Option<String>, Query, description = "Only about this kind of record"),
        ("subject_id" = Option<Uuid>, Query, description = "Only about this record"),
        ("outcome" = Option<OutcomeName>, Query, description = "Only with this outcome"),
        ("from" = Option<chrono::DateTime<chrono::Utc>>, Query, description = "At or after this moment"),
        ("until" = Option<chrono::DateTime<chrono::Utc>>, Query, description = "Before this moment"),
    ),
    responses((status = 200, body = ListView<AuditLogView>)),
    security(("bearer" = ["audit_log:read"])),
)]
#[get("/audit-logs")]
pub(crate) async fn list_audit_logs(
    app: App,
    Signed(caller): Signed,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let filter = JournalFilter {
        action: query.text("action", 100),
        actor_id: query.uuid("actor_id"),
        subject_kind: query.text("subject_kind", 100),
        subject_id: query.uuid("subject_id"),
        outcome: query.take("outcome", "an outcome", Outcome::from_name),
        from: query.time("from"),
        until: query.time("until"),
    };
    let page = query.page(&caller)?;
    let found = app.query(&caller, ListAuditLogs { filter, page }).await?;
    Ok(query.respond(found, AuditLogView::from))
}

//! `/organization/support-access`

use actix_web::{HttpRequest, HttpResponse, delete, get, put};
use chrono::{DateTime, Utc};
use plinth_application::support_access::{
    GetSupportAccess, GrantSupportAccess, ListSupportSessions, RevokeSupportAccess,
};
use plinth_domain::{OperatorReason, SupportAccess, SupportAccessDraft, SupportSession};
use plinth_ports::{SupportSessionFilter, SupportSessionSort};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    etag,
    json::{Body, Faults, Form},
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    problem::ApiError,
    values::moment,
};

/// The consent that operators of the installation work in the organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupportAccess)]
pub(crate) struct SupportAccessView {
    /// When it ends.
    expires_at: DateTime<Utc>,
    /// Whether operators may read only.
    read_only: bool,
    /// Why it was given.
    reason: String,
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<SupportAccess> for SupportAccessView {
    fn from(consent: SupportAccess) -> Self {
        Self {
            expires_at: consent.expires_at,
            read_only: consent.read_only,
            reason: consent.reason.as_str().to_owned(),
            version: consent.revision.version.number(),
            created_at: consent.revision.created_at,
            updated_at: consent.revision.updated_at,
        }
    }
}

/// A consent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SupportAccessGrant)]
pub(crate) struct NewSupportAccess {
    /// When it ends: at most seven days from now.
    #[schema(format = DateTime, example = "2026-11-22T18:00:00Z")]
    expires_at: String,
    /// Whether operators may read only. Otherwise they may do what an admin may, without members, roles,
    /// credentials, secrets, webhooks, models, settings and this consent.
    read_only: bool,
    /// Why it is given.
    #[schema(min_length = 1, max_length = 500, example = "The import of 12 November hangs")]
    reason: String,
}

impl Form for NewSupportAccess {
    type Value = SupportAccessDraft;

    fn check(self, faults: &mut Faults) -> Option<SupportAccessDraft> {
        let expires_at = faults.check("/expires_at", moment(&self.expires_at));
        let reason = faults.check("/reason", OperatorReason::parse(&self.reason));
        Some(SupportAccessDraft {
            expires_at: expires_at?,
            read_only: self.read_only,
            reason: reason?,
        })
    }
}

/// A session in which an operator works in the organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupportSession)]
pub(crate) struct SupportSessionView {
    id: Uuid,
    /// The operator.
    #[schema(example = "anna")]
    operator: String,
    /// Why the operator works there.
    reason: String,
    /// Whether the operator may read only.
    read_only: bool,
    /// When it ends by itself.
    expires_at: DateTime<Utc>,
    /// When it was ended.
    ended_at: Option<DateTime<Utc>>,
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<SupportSession> for SupportSessionView {
    fn from(session: SupportSession) -> Self {
        Self {
            id: session.id.uuid(),
            operator: session.operator.as_str().to_owned(),
            reason: session.reason.as_str().to_owned(),
            read_only: session.read_only,
            expires_at: session.expires_at,
            ended_at: session.ended_at,
            version: session.revision.version.number(),
            created_at: session.revision.created_at,
            updated_at: session.revision.updated_at,
        }
    }
}

/// Read the consent that operators work in the organization.
#[utoipa::path(
    tag = "organization",
    operation_id = "get_support_access",
    params(etag::Conditional),
    responses(
        (status = 200, body = SupportAccessView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
        (status = 404, description = "not_found"),
    ),
    security(("bearer" = ["support_access:read"])),
)]
#[get("/organization/support-access")]
pub(crate) async fn get_support_access(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    let consent = app.query(&caller, GetSupportAccess).await?;
    let version = consent.revision.version;
    etag::item(&request, &SupportAccessView::from(consent), version)
}

/// Consent that operators of the installation work in the organization until a time, in the place of an
/// earlier consent. Sessions that do more than the new one allows end.
#[utoipa::path(
    tag = "organization",
    operation_id = "grant_support_access",
    request_body = NewSupportAccess,
    responses(
        (status = 200, body = SupportAccessView, headers(("ETag"))),
        (status = 403, description = "auth.step_up_required, support_access.exceeds_caller"),
    ),
    security(("bearer" = ["support_access:update"])),
)]
#[put("/organization/support-access")]
pub(crate) async fn grant_support_access(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewSupportAccess>,
) -> Result<HttpResponse, ApiError> {
    let consent = app.execute(&caller, GrantSupportAccess { draft: body.value }).await?;
    let version = consent.revision.version;
    Ok(etag::changed(&SupportAccessView::from(consent), version))
}

/// Take the consent back. Every session of an operator in the organization ends at once.
#[utoipa::path(
    tag = "organization",
    operation_id = "revoke_support_access",
    responses(
        (status = 204, description = "There is no consent any more"),
        (status = 404, description = "not_found"),
    ),
    security(("bearer" = ["support_access:update"])),
)]
#[delete("/organization/support-access")]
pub(crate) async fn revoke_support_access(
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RevokeSupportAccess).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List the sessions in which operators worked in the organization.
#[utoipa::path(
    tag = "organization",
    operation_id = "list_support_sessions",
    params(
        ("live" = Option<bool>, Query, description = "Only those whose token is valid now"),
        Paging<SupportSessionSort>,
    ),
    responses((status = 200, body = ListView<SupportSessionView>, headers(("Link")))),
    security(("bearer" = ["support_access:read"])),
)]
#[get("/organization/support-access/sessions")]
pub(crate) async fn list_support_sessions(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let live_at = query.flag("live").then(|| app.now());
    let page = query.page(&caller)?;
    let filter = SupportSessionFilter { live_at };
    let ask = move |page| ListSupportSessions { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, SupportSessionView::from).await
}

//! `/operator/v1/impersonations`

use actix_web::{HttpResponse, http::header, post, web::ServiceConfig};
use chrono::{DateTime, Utc};
use plinth_application::operators::NewSession;
use plinth_domain::{OperatorReason, SupportSession};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::bodies::PlaceForm;
use crate::{
    json::{Body, Faults, Form},
    middleware::{App, ByOperator},
    path::PathId,
    problem::ApiError,
    values::identity,
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(begin).service(end);
}

#[derive(Debug, Serialize)]
struct SessionView {
    id: Uuid,
    organization_id: Uuid,
    operator: String,
    reason: String,
    read_only: bool,
    expires_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    /// Shown once, when the session begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl From<SupportSession> for SessionView {
    fn from(session: SupportSession) -> Self {
        Self {
            id: session.id.uuid(),
            organization_id: session.organization.uuid(),
            operator: session.operator.as_str().to_owned(),
            reason: session.reason.as_str().to_owned(),
            read_only: session.read_only,
            expires_at: session.expires_at,
            ended_at: session.ended_at,
            created_at: session.revision.created_at,
            token: None,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SessionForm {
    #[schema(format = Uuid)]
    organization_id: String,
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

impl Form for SessionForm {
    type Value = NewSession;

    fn check(self, faults: &mut Faults) -> Option<NewSession> {
        let organization = faults.check("/organization_id", identity(&self.organization_id));
        let reason = faults.check("/reason", OperatorReason::parse(&self.reason));
        Some(NewSession { organization: organization?, reason: reason? })
    }
}

#[post("/impersonations")]
async fn begin(
    app: App,
    ByOperator(operator): ByOperator,
    body: Body<SessionForm>,
) -> Result<HttpResponse, ApiError> {
    let begun = app.begin_support_session(&operator, body.value).await?;
    let token = Some(begun.token.expose().to_owned());
    let view = SessionView { token, ..SessionView::from(begun.session) };
    Ok(HttpResponse::Created().insert_header((header::CACHE_CONTROL, "no-store")).json(view))
}

#[post("/impersonations/{id}/end")]
async fn end(
    app: App,
    ByOperator(operator): ByOperator,
    id: PathId<SupportSession>,
    body: Body<PlaceForm>,
) -> Result<HttpResponse, ApiError> {
    let session = app.end_support_session(&operator, body.value, id.0).await?;
    Ok(HttpResponse::Ok().json(SessionView::from(session)))
}

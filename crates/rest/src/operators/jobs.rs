//! `/operator/v1/jobs`

use actix_web::{HttpResponse, get, post, web::ServiceConfig};
use chrono::{DateTime, Utc};
use plinth_domain::{Id, Job};
use plinth_ports::DeadJob;
use serde::Serialize;
use uuid::Uuid;

use super::bodies::PlaceForm;
use crate::{
    json::Body,
    list::ListQuery,
    middleware::{App, ByOperator},
    path::PathId,
    problem::ApiError,
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(list_dead_jobs).service(retry_job);
}

/// Without the payload, which belongs to the organization.
#[derive(Debug, Serialize)]
struct DeadJobView {
    organization_id: Uuid,
    organization_name: String,
    id: Uuid,
    kind: String,
    attempt: u16,
    error: Option<String>,
    error_code: Option<String>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

impl From<DeadJob> for DeadJobView {
    fn from(job: DeadJob) -> Self {
        Self {
            organization_id: job.organization.uuid(),
            organization_name: job.organization_name,
            id: job.id.uuid(),
            kind: job.kind,
            attempt: job.attempt,
            error: job.error,
            error_code: job.error_code,
            created_at: job.created_at,
            finished_at: job.finished_at,
        }
    }
}

#[derive(Debug, Serialize)]
struct RetriedJobView {
    organization_id: Uuid,
    id: Uuid,
    kind: String,
    state: &'static str,
    run_at: DateTime<Utc>,
}

#[get("/jobs")]
async fn list_dead_jobs(app: App, mut query: ListQuery) -> Result<HttpResponse, ApiError> {
    let is_dead = |text: &str| (text == "dead").then_some(());
    // Dead ones are listed, whether the query says so or not.
    query.take("status", "dead", is_dead);
    let organization = query.uuid("organization_id").map(Id::from_uuid);
    let page = query.newest_first()?;
    let found = app.dead_jobs(organization, &page).await?;
    Ok(query.respond(found, DeadJobView::from))
}

#[post("/jobs/{id}/retry")]
async fn retry_job(
    app: App,
    ByOperator(operator): ByOperator,
    id: PathId<Job>,
    body: Body<PlaceForm>,
) -> Result<HttpResponse, ApiError> {
    let job = app.retry_job(&operator, body.value, id.0).await?;
    Ok(HttpResponse::Ok().json(RetriedJobView {
        organization_id: job.organization.uuid(),
        id: job.id.uuid(),
        kind: job.kind.into_owned(),
        state: job.state.name(),
        run_at: job.run_at,
    }))
}

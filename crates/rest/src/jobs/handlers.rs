use actix_web::{HttpResponse, get, post};
use plinth_application::jobs::{CancelJob, GetJob, ListJobs, RetryJob};
use plinth_domain::{Job, JobState};
use plinth_ports::JobFilter;

use super::dto::JobView;
use crate::{
    etag::{self, MaybeIfMatch},
    gate::{App, Signed},
    idempotency::{self, Key},
    list::{ListQuery, ListView},
    path::PathId,
    problem::ApiError,
    values::JobStateName,
};

/// List jobs.
#[utoipa::path(
    tag = "jobs",
    operation_id = "list_jobs",
    params(
        ("state" = Option<JobStateName>, Query, description = "Only those that stand there"),
        ("kind" = Option<String>, Query, description = "Only those of this kind: `document.process`"),
        ("sort" = Option<String>, Query, description = "`created_at`; `-` in front for descending. Default `-created_at`"),
    ),
    responses((status = 200, body = ListView<JobView>)),
    security(("bearer" = ["job:read"])),
)]
#[get("/jobs")]
pub(crate) async fn list_jobs(
    app: App,
    Signed(caller): Signed,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let filter = JobFilter {
        state: query.take("state", "a job's state", JobState::from_name),
        kind: query.text("kind", 100),
    };
    let page = query.page(&caller)?;
    let found = app.query(&caller, ListJobs { filter, page }).await?;
    Ok(query.respond(found, JobView::from))
}

/// Read a job: how far it is, or how it ended.
#[utoipa::path(
    tag = "jobs",
    operation_id = "get_job",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = JobView)),
    security(("bearer" = ["job:read"])),
)]
#[get("/jobs/{id}")]
pub(crate) async fn get_job(
    app: App,
    Signed(caller): Signed,
    id: PathId<Job>,
) -> Result<HttpResponse, ApiError> {
    let job = app.query(&caller, GetJob { id: id.0 }).await?;
    let version = job.revision.version;
    // Never 304: its progress grows without a new version.
    Ok(etag::changed(&JobView::from(job), version))
}

/// Try a job again that has failed, is dead, or was called off. It has all of
/// its attempts anew.
#[utoipa::path(
    tag = "jobs",
    operation_id = "retry_job",
    params(
        ("id" = uuid::Uuid, Path),
        ("If-Match" = Option<String>, Header, description = "The job's `ETag`, where it matters"),
    ),
    responses((status = 200, body = JobView)),
    security(("bearer" = ["job:retry"])),
)]
#[post("/jobs/{id}/retry")]
pub(crate) async fn retry_job(
    app: App,
    Signed(caller): Signed,
    id: PathId<Job>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let command = RetryJob { id: id.0, expected: expected.0 };
    let answer = app.execute_once(&caller, key.0, command, changed);
    idempotency::respond(answer.await?)
}

/// Call a job off. One that waits is cancelled at once; one that runs is asked
/// to stop, and shows `cancel_requested` until it has.
#[utoipa::path(
    tag = "jobs",
    operation_id = "cancel_job",
    params(
        ("id" = uuid::Uuid, Path),
        ("If-Match" = Option<String>, Header, description = "The job's `ETag`, where it matters"),
    ),
    responses((status = 200, body = JobView)),
    security(("bearer" = ["job:cancel"])),
)]
#[post("/jobs/{id}/cancel")]
pub(crate) async fn cancel_job(
    app: App,
    Signed(caller): Signed,
    id: PathId<Job>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let command = CancelJob { id: id.0, expected: expected.0 };
    let answer = app.execute_once(&caller, key.0, command, changed);
    idempotency::respond(answer.await?)
}

fn changed(job: &Job) -> Result<plinth_application::Rendered, plinth_application::Error> {
    idempotency::changed(&JobView::from(job.clone()), job.revision.version)
}

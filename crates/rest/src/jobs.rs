//! `/jobs`

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use plinth_application::{
    Error, Rendered,
    jobs::{CancelJob, GetJob, KINDS, ListJobs, RetryJob},
};
use plinth_domain::{Job, JobState, UserId};
use plinth_ports::{JobFilter, JobSort};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};
use uuid::Uuid;

use crate::{
    etag::{self, MaybeIfMatch},
    idempotency::{self, Key},
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    routing::Routes,
    values::names,
};

pub(crate) fn routes(config: &mut Routes<'_>) {
    config.service(list_jobs).service(get_job).service(retry_job).service(cancel_job);
}

names! {
    /// The state of a job.
    JobStateName = Queued, Running, Succeeded, Failed, Dead, Cancelled
}

/// The kind of a job, for the OpenAPI document.
pub(crate) struct JobKindName;

impl PartialSchema for JobKindName {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("The kind of a job."))
            .enum_values(Some(KINDS))
            .into()
    }
}

impl ToSchema for JobKindName {}

fn kind(name: &str) -> Option<String> {
    KINDS.contains(&name).then(|| name.to_owned())
}

/// A piece of background work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobView {
    id: Uuid,
    #[schema(value_type = JobKindName)]
    kind: String,
    /// The input of the job's kind.
    #[schema(value_type = Object)]
    payload: Option<Box<RawValue>>,
    /// Jobs of higher priority run first.
    #[schema(minimum = -100, maximum = 100)]
    priority: i16,
    #[schema(value_type = JobStateName)]
    state: &'static str,
    /// How many attempts have begun.
    attempt: u16,
    max_attempts: u16,
    /// When the job, or its next attempt, is due.
    run_at: DateTime<Utc>,
    /// The progress of the running attempt, in percent.
    #[schema(maximum = 100)]
    progress: u8,
    /// The error of the last attempt.
    error: Option<String>,
    /// The code of this error, where it has one: `limit.reached`.
    error_code: Option<String>,
    /// No other queued or running job has this key.
    dedup_key: Option<String>,
    /// Whether a member has cancelled the job.
    cancel_requested: bool,
    /// The user who caused the job; null if a schedule or another job did.
    caused_by: Option<Uuid>,
    /// `X-Request-Id` of the request that caused it.
    request_id: String,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    /// Increases by one with each change of state; the `ETag` is this number in
    /// quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        Self {
            id: job.id.uuid(),
            kind: job.kind.into_owned(),
            payload: RawValue::from_string(job.payload.into_string()).ok(),
            priority: job.priority,
            state: job.state.name(),
            attempt: job.attempt,
            max_attempts: job.max_attempts,
            run_at: job.run_at,
            progress: job.progress,
            error: job.error,
            error_code: job.error_code,
            dedup_key: job.dedup_key,
            cancel_requested: job.cancel_requested,
            caused_by: job.caused_by.map(UserId::uuid),
            request_id: job.request_id,
            started_at: job.started_at,
            finished_at: job.finished_at,
            version: job.revision.version.number(),
            created_at: job.revision.created_at,
            updated_at: job.revision.updated_at,
        }
    }
}

/// List jobs.
#[utoipa::path(
    tag = "jobs",
    operation_id = "list_jobs",
    params(
        ("state" = Option<Vec<JobStateName>>, Query, description = "One of these states"),
        ("kind" = Option<Vec<JobKindName>>, Query, description = "One of these kinds"),
        Paging<JobSort>,
    ),
    responses((status = 200, body = ListView<JobView>, headers(("Link")))),
    security(("bearer" = ["job:read"])),
)]
#[get("/jobs")]
pub(crate) async fn list_jobs(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let filter = JobFilter {
        state: query.one_of("state", &JobState::ALL.map(JobState::name), JobState::from_name),
        kind: query.one_of("kind", &KINDS, kind),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListJobs { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, JobView::from).await
}

/// Read a job: its progress, or its outcome.
#[utoipa::path(
    tag = "jobs",
    operation_id = "get_job",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = JobView, headers(("ETag")))),
    security(("bearer" = ["job:read"])),
)]
#[get("/jobs/{id}")]
pub(crate) async fn get_job(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Job>,
) -> Result<HttpResponse, ApiError> {
    let job = app.query(&caller, GetJob { id: id.0 }).await?;
    let version = job.revision.version;
    // Never 304: the progress changes without a new version.
    Ok(etag::changed(&JobView::from(job), version))
}

/// Retry a job that is failed, dead or cancelled. The job gets its full number
/// of attempts again.
#[utoipa::path(
    tag = "jobs",
    operation_id = "retry_job",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    responses(
        (status = 200, body = JobView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition, job.duplicate"),
    ),
    security(("bearer" = ["job:retry"])),
)]
#[post("/jobs/{id}/retry")]
pub(crate) async fn retry_job(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Job>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let command = RetryJob { id: id.0, expected: expected.0 };
    idempotency::change::<JobView, Job, _>(&app, &caller, key.0, command).await
}

/// Cancel a job. A queued job is cancelled at once; a running job is asked to
/// stop, and shows `cancel_requested` until it has stopped.
#[utoipa::path(
    tag = "jobs",
    operation_id = "cancel_job",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    responses(
        (status = 200, body = JobView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition, job.not_cancellable"),
    ),
    security(("bearer" = ["job:cancel"])),
)]
#[post("/jobs/{id}/cancel")]
pub(crate) async fn cancel_job(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Job>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let command = CancelJob { id: id.0, expected: expected.0 };
    idempotency::change::<JobView, Job, _>(&app, &caller, key.0, command).await
}

/// The response to a request that this job fulfils.
pub(crate) fn accepted(job: &Job) -> Result<Rendered, Error> {
    let location = format!("/api/v1/jobs/{}", job.id);
    idempotency::accepted(&JobView::from(job.clone()), job.revision.version, location)
}

use chrono::{DateTime, Utc};
use plinth_domain::Job;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::values::JobStateName;

/// A piece of work that a worker does.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobView {
    id: Uuid,
    #[schema(example = "document.process")]
    kind: String,
    /// What it is to work on.
    #[schema(value_type = Object)]
    payload: Option<Box<RawValue>>,
    /// Higher goes first.
    #[schema(minimum = -100, maximum = 100)]
    priority: i16,
    #[schema(value_type = JobStateName)]
    state: &'static str,
    /// How many attempts have begun.
    attempt: u16,
    max_attempts: u16,
    /// When it is due, or its next attempt is.
    run_at: DateTime<Utc>,
    /// How far the running attempt has come.
    #[schema(maximum = 100)]
    progress: u8,
    /// What the last attempt failed with.
    error: Option<String>,
    /// While it waits or runs, no other job has this key.
    dedup_key: Option<String>,
    /// Whether it has been called off.
    cancel_requested: bool,
    /// Who caused it; null when it was a schedule or another job.
    caused_by: Option<Uuid>,
    /// `X-Request-Id` of the request that caused it.
    request_id: String,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    /// Grows by one with each change of state; the `ETag` is this number in
    /// quotes.
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
            dedup_key: job.dedup_key,
            cancel_requested: job.cancel_requested,
            caused_by: job.caused_by.map(plinth_domain::UserId::uuid),
            request_id: job.request_id,
            started_at: job.started_at,
            finished_at: job.finished_at,
            version: job.revision.version.number(),
            created_at: job.revision.created_at,
            updated_at: job.revision.updated_at,
        }
    }
}

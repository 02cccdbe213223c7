use std::borrow::Cow;

use crate::{Id, InvalidTransition, JsonObject, OrganizationId, Revision, Timestamp, UserId};

/// The state of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobState {
    /// It waits for its time and for a worker.
    Queued,
    /// A worker holds its lease.
    Running,
    /// An attempt succeeded.
    Succeeded,
    /// An attempt failed, and the next one is due at `run_at`.
    Failed,
    /// It is a dead letter: every attempt failed, or it can never succeed.
    Dead,
    /// It was cancelled.
    Cancelled,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Running, Self::Succeeded, Self::Failed, Self::Dead, Self::Cancelled];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }

    /// Finds a state by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether the job waits or runs: it has not ended.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running | Self::Failed)
    }
}

/// The values of a new job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobDraft {
    /// The kind, which selects the handler: `document.process`.
    pub kind: &'static str,
    /// The input of the handler.
    pub payload: JsonObject,
    /// The priority, -100 to 100. Higher runs first; the default is 0.
    pub priority: i16,
    /// The number of attempts before it becomes a dead letter, from 1.
    pub max_attempts: u16,
    /// The earliest time of the next attempt.
    pub run_at: Option<Timestamp>,
    /// The deduplication key: the job is not stored while an open job of the
    /// organization has the same one.
    pub dedup_key: Option<String>,
}

impl JobDraft {
    /// A job of priority 0, due at once, with five attempts.
    #[must_use]
    pub const fn new(kind: &'static str, payload: JsonObject) -> Self {
        Self { kind, payload, priority: 0, max_attempts: 5, run_at: None, dedup_key: None }
    }
}

/// What caused a job.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobCause {
    /// The user; `None` for a schedule or another job.
    pub user: Option<UserId>,
    /// The request, by its `X-Request-Id`.
    pub request_id: String,
    /// The `traceparent` (W3C Trace Context) of the request's span.
    pub trace_parent: Option<String>,
}

/// The identity of a job.
pub type JobId = Id<Job>;

/// A unit of work in the background, stored in the transaction that causes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The identity.
    pub id: JobId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The kind, which selects the handler.
    pub kind: Cow<'static, str>,
    /// The input of the handler.
    pub payload: JsonObject,
    /// The priority, -100 to 100. Higher runs first.
    pub priority: i16,
    /// The state.
    pub state: JobState,
    /// The number of attempts that have begun.
    pub attempt: u16,
    /// The number of attempts before it becomes a dead letter.
    pub max_attempts: u16,
    /// The earliest time of the next attempt.
    pub run_at: Timestamp,
    /// The progress of the running attempt, 0 to 100 percent.
    pub progress: u8,
    /// The error of the last failed attempt.
    pub error: Option<String>,
    /// The code of this error, where it has one: `limit.reached`.
    pub error_code: Option<String>,
    /// The deduplication key: no other open job of the organization has it.
    pub dedup_key: Option<String>,
    /// Whether a running job is asked to stop.
    pub cancel_requested: bool,
    /// The user who caused it; `None` for a schedule or another job.
    pub caused_by: Option<UserId>,
    /// The request that caused it, by its `X-Request-Id`.
    pub request_id: String,
    /// The `traceparent` (W3C Trace Context) of the span that caused it.
    pub trace_parent: Option<String>,
    /// The start of the last attempt.
    pub started_at: Option<Timestamp>,
    /// The time at which it succeeded, became a dead letter or was cancelled.
    pub finished_at: Option<Timestamp>,
    /// The revision.
    pub revision: Revision,
}

impl Job {
    /// A new job that waits for its time and for a worker.
    #[must_use]
    pub fn queue(
        id: JobId,
        organization: OrganizationId,
        draft: JobDraft,
        cause: JobCause,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            organization,
            kind: Cow::Borrowed(draft.kind),
            payload: draft.payload,
            priority: draft.priority,
            state: JobState::Queued,
            attempt: 0,
            max_attempts: draft.max_attempts,
            run_at: draft.run_at.unwrap_or(at),
            progress: 0,
            error: None,
            error_code: None,
            dedup_key: draft.dedup_key,
            cancel_requested: false,
            caused_by: cause.user,
            request_id: cause.request_id,
            trace_parent: cause.trace_parent,
            started_at: None,
            finished_at: None,
            revision: Revision::first(at),
        }
    }

    /// Queues a failed, dead or cancelled job again, with all its attempts.
    pub fn retry(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self.state {
            JobState::Failed | JobState::Dead | JobState::Cancelled => Ok(Self {
                state: JobState::Queued,
                attempt: 0,
                run_at: at,
                progress: 0,
                cancel_requested: false,
                finished_at: None,
                revision: self.revision.next(at),
                ..self
            }),
            state => Err(InvalidTransition { from: state.name(), attempted: "retry" }),
        }
    }

    /// Cancels the job: at once while it waits; a running job is asked to stop, and
    /// its worker ends it.
    pub fn cancel(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        let revision = self.revision.next(at);
        match self.state {
            JobState::Queued | JobState::Failed => Ok(Self {
                state: JobState::Cancelled,
                finished_at: Some(at),
                cancel_requested: true,
                revision,
                ..self
            }),
            JobState::Running => Ok(Self { cancel_requested: true, revision, ..self }),
            state => Err(InvalidTransition { from: state.name(), attempted: "cancel" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::Id;

    fn job(state: JobState) -> Job {
        let (id, organization) = (Id::from_uuid(Uuid::nil()), Id::from_uuid(Uuid::nil()));
        let draft = JobDraft::new("test", JsonObject::default());
        let queued = Job::queue(id, organization, draft, JobCause::default(), DateTime::UNIX_EPOCH);
        Job { state, attempt: 3, ..queued }
    }

    #[test]
    fn what_waits_or_runs_can_be_called_off_and_what_ended_badly_can_be_tried_again() {
        for state in JobState::ALL {
            let cancelled = job(state).cancel(DateTime::UNIX_EPOCH);
            let retried = job(state).retry(DateTime::UNIX_EPOCH);
            match state {
                JobState::Queued => assert_eq!(cancelled.unwrap().state, JobState::Cancelled),
                JobState::Running => assert!(cancelled.unwrap().cancel_requested),
                JobState::Failed => {
                    assert_eq!(cancelled.unwrap().state, JobState::Cancelled);
                    assert_eq!(retried.unwrap().attempt, 0);
                }
                JobState::Dead | JobState::Cancelled => {
                    assert!(cancelled.is_err());
                    assert_eq!(retried.unwrap().state, JobState::Queued);
                }
                JobState::Succeeded => assert!(cancelled.is_err() && retried.is_err()),
            }
        }
    }

    #[test]
    fn every_name_leads_back_to_its_state() {
        for state in JobState::ALL {
            assert_eq!(JobState::from_name(state.name()), Some(state));
        }
    }
}

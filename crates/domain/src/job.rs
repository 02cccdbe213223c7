use std::borrow::Cow;

use crate::{InvalidTransition, JobId, JsonObject, OrganizationId, Revision, Timestamp, UserId};

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobState {
    /// It waits for its time and a worker.
    Queued,
    /// A worker holds a lease on it.
    Running,
    /// It is done.
    Succeeded,
    /// An attempt failed; it waits for the next one.
    Failed,
    /// Every attempt failed, or it can never succeed: a person must look.
    Dead,
    /// It was called off.
    Cancelled,
}

impl JobState {
    /// Every state there is.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Running, Self::Succeeded, Self::Failed, Self::Dead, Self::Cancelled];

    /// Its name in the API and in the database.
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
}

/// What a new job is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobDraft {
    /// Which handler runs it: `document.process`.
    pub kind: &'static str,
    /// What the handler needs to know.
    pub payload: JsonObject,
    /// Higher goes first: -100 to 100, 0 as a rule.
    pub priority: i16,
    /// How often it is tried before it is dead, from 1.
    pub max_attempts: u16,
    /// Not before this moment.
    pub run_at: Option<Timestamp>,
    /// While another job with the same key waits or runs, this one is not made.
    pub dedup_key: Option<String>,
}

impl JobDraft {
    /// A job of the usual priority, at once, tried five times.
    #[must_use]
    pub const fn new(kind: &'static str, payload: JsonObject) -> Self {
        Self { kind, payload, priority: 0, max_attempts: 5, run_at: None, dedup_key: None }
    }
}

/// What a job was made by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobCause {
    /// Who; `None` when it was a schedule or another job.
    pub user: Option<UserId>,
    /// The request, as `X-Request-Id` named it.
    pub request_id: String,
    /// `traceparent` (W3C Trace Context) of its span.
    pub trace_parent: Option<String>,
}

/// A piece of work for a worker, made in the transaction that caused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Names it.
    pub id: JobId,
    /// The organization whose it is.
    pub organization: OrganizationId,
    /// Which handler runs it.
    pub kind: Cow<'static, str>,
    /// What the handler needs to know.
    pub payload: JsonObject,
    /// Higher goes first.
    pub priority: i16,
    /// Where it stands.
    pub state: JobState,
    /// How many attempts have begun.
    pub attempt: u16,
    /// How many there may be.
    pub max_attempts: u16,
    /// Not before this moment.
    pub run_at: Timestamp,
    /// How far the running attempt has come, 0 to 100.
    pub progress: u8,
    /// What the last attempt failed with.
    pub error: Option<String>,
    /// While it waits or runs, no other job has this key.
    pub dedup_key: Option<String>,
    /// Whether a running one is to stop.
    pub cancel_requested: bool,
    /// Who caused it; `None` when a schedule did.
    pub caused_by: Option<UserId>,
    /// The request that caused it, as `X-Request-Id` named it.
    pub request_id: String,
    /// `traceparent` (W3C Trace Context) of the span that caused it.
    pub trace_parent: Option<String>,
    /// When the last attempt began.
    pub started_at: Option<Timestamp>,
    /// When it came to its end.
    pub finished_at: Option<Timestamp>,
    /// When and how often it was written.
    pub revision: Revision,
}

impl Job {
    /// A job that waits for its time and a worker.
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

    /// Queues it anew with all its attempts: one that failed, is dead, or was
    /// called off.
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

    /// Calls it off: at once while it waits; a running one is asked to stop,
    /// and its worker ends it.
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

//! The jobs of one organization.

use async_trait::async_trait;
use plinth_domain::{Id, Job, JobId, JobState, OrganizationId, Revision};

use super::{Constraint, Record, RecordUpdater, Unique};
use crate::{OneOf, Result, SortValue, page::sort_keys};

plinth_domain::codes! {
    JOB_DUPLICATE = "job.duplicate", "Another job with the same dedup key waits or runs.";
}

/// Another open job has the deduplication key.
pub const DEDUP_KEY_TAKEN: Constraint = Constraint("jobs_organization_id_dedup_key_key");

sort_keys! {
    /// The order of a list of jobs.
    JobSort of Job, by |j| j.id.uuid();
    CreatedAt = "created_at" => |j| SortValue::Time(j.revision.created_at),
}

/// Selects the jobs of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Only jobs in one of these states.
    pub state: OneOf<JobState>,
    /// Only jobs of one of these kinds: `document.process`.
    pub kind: OneOf<String>,
}

impl Record for Job {
    const TABLE: &'static str = "jobs";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: DEDUP_KEY_TAKEN,
        code: JOB_DUPLICATE,
        detail: "another job does the same already",
        value: |job| job.dedup_key.clone().filter(|_| job.state.is_open()),
    }];
    type Filter = JobFilter;
    type Sort = JobSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &JobFilter) -> bool {
        filter.state.allows(&self.state) && filter.kind.allows(&*self.kind)
    }
}

/// Reads, enqueues and changes jobs. Workers run them through the
/// [`JobQueue`](crate::JobQueue).
#[async_trait]
pub trait Jobs: RecordUpdater<Job> {
    /// Finds a job and locks it until commit, so that no worker changes it.
    async fn lock(&mut self, id: JobId) -> Result<Option<Job>>;
    /// Stores a new job and returns its identity. When another open job has the same deduplication
    /// key, nothing is stored and the identity of that job is returned.
    async fn enqueue(&mut self, job: &Job) -> Result<JobId>;
}

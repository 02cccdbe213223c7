use async_trait::async_trait;
use plinth_domain::{Job, JobId, JobState};

use crate::{Page, PageRequest, Result, SortValue};

super::sort_keys! {
    /// The order of a list of jobs.
    JobSort of Job, by |j| j.id.uuid();
    CreatedAt = "created_at" => |j| SortValue::Time(j.revision.created_at),
}

/// Which jobs a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Only those that stand there.
    pub state: Option<JobState>,
    /// Only those of this kind.
    pub kind: Option<String>,
}

/// Reads jobs.
#[async_trait]
pub trait JobReader: Send {
    /// Finds one.
    async fn find(&mut self, id: JobId) -> Result<Option<Job>>;
    /// Lists them.
    async fn list(&mut self, filter: &JobFilter, page: &PageRequest<JobSort>) -> Result<Page<Job>>;
}

/// Reads, makes and steers jobs. How they run is the
/// [`JobQueue`](crate::JobQueue)'s.
#[async_trait]
pub trait Jobs: JobReader {
    /// Finds one and keeps the workers off it until commit.
    async fn lock(&mut self, id: JobId) -> Result<Option<Job>>;
    /// Stores a new one that waits, and answers its identity. When another one
    /// with its dedup key waits or runs, nothing is stored, and the answer is
    /// the other's identity.
    async fn enqueue(&mut self, job: &Job) -> Result<JobId>;
    /// Stores its next revision; `Stale` unless the one before it is stored.
    /// Two with one dedup key cannot both wait:
    /// `jobs_organization_id_dedup_key_key`.
    async fn update(&mut self, job: &Job) -> Result<()>;
}

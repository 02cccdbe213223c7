use std::time::Duration;

use async_trait::async_trait;
use plinth_domain::{Job, JobId, OrganizationId, Timestamp};
use uuid::Uuid;

use crate::{JournalEntry, Result};

/// The exclusive right to run one job. It ends when the job is settled, or when
/// it has expired and another worker has leased the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The organization that owns the job.
    pub organization: OrganizationId,
    /// The job.
    pub job: JobId,
    /// The identity of this lease among all leases of the job.
    pub token: Uuid,
}

/// A job with its lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedJob {
    /// The job; this attempt is counted already.
    pub job: Job,
    /// The lease.
    pub lease: Lease,
}

/// A request for jobs to run.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The name of the worker, unique among processes, 1 to 200 bytes.
    pub worker: &'a str,
    /// The duration of the leases, until they are extended.
    pub lease: Duration,
    /// The maximum number of jobs.
    pub limit: u16,
    /// The kinds that the worker can run; `None` for every kind.
    pub kinds: Option<&'a [&'a str]>,
}

/// Takes jobs from workers whose leases have expired.
#[derive(Debug, Clone, Copy)]
pub struct Reap<'a> {
    /// The name of the reaper, unique like that of a worker.
    pub reaper: &'a str,
    /// How long the reaper's own leases last, on the jobs that it settles.
    pub lease: Duration,
    /// The maximum number of jobs.
    pub limit: u16,
    /// The kinds whose jobs the reaper may make dead letters; `None` for every kind. A job of
    /// another kind without an attempt left keeps its expired lease.
    pub kinds: Option<&'a [&'a str]>,
}

/// A lease that is still valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The lease.
    pub lease: Lease,
    /// Whether the job is asked to stop.
    pub cancel_requested: bool,
}

/// The outcome of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobOutcome {
    /// It succeeded.
    Succeeded,
    /// It failed, and another attempt follows. A job that was cancelled meanwhile
    /// does not wait for it.
    Failed {
        /// The error, up to 2000 characters.
        error: String,
        /// Its code, where it has one.
        code: Option<String>,
        /// The delay before the next attempt.
        retry_after: Duration,
    },
    /// It cannot succeed yet, and another attempt follows; this one does not count. A job that was
    /// cancelled meanwhile does not wait for it.
    Postponed {
        /// Why, up to 2000 characters.
        error: String,
        /// Its code, where it has one.
        code: Option<String>,
        /// The delay before the next attempt.
        retry_after: Duration,
    },
    /// It failed, and no attempt follows: the job is a dead letter.
    Dead {
        /// The error, up to 2000 characters.
        error: String,
        /// Its code, where it has one.
        code: Option<String>,
    },
    /// It was cancelled.
    Cancelled,
    /// The worker released the job before the end; the attempt does not count.
    Released,
}

/// The end of one lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The lease.
    pub lease: Lease,
    /// The outcome of the attempt.
    pub outcome: JobOutcome,
    /// The audit record, when the job ends with this attempt.
    pub entry: Option<JournalEntry>,
}

/// The jobs whose lease had expired.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reaped {
    /// The number of jobs that wait for their next attempt.
    pub retried: u64,
    /// The jobs without another attempt, and those that were cancelled: leased to
    /// the reaper, which settles them.
    pub ended: Vec<LeasedJob>,
}

/// The jobs of one kind that are due and wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backlog {
    /// The kind.
    pub kind: String,
    /// The number of jobs.
    pub jobs: u64,
    /// How long the first of them has been due.
    pub age: Duration,
}

/// The jobs of all organizations, for the workers. All times come from the store's clock, so
/// differences between the workers' clocks have no effect.
#[async_trait]
pub trait JobQueue: Send + Sync {
    /// Leases jobs that are due, by descending priority; within a priority the organizations take
    /// turns. The attempt is counted.
    async fn claim(&self, claim: Claim<'_>) -> Result<Vec<LeasedJob>>;

    /// Extends leases in one transaction, and returns those that are still valid.
    async fn heartbeat(&self, leases: &[Lease], time: Duration) -> Result<Vec<Held>>;

    /// Stores the progress of a job, 0 to 100 percent. Returns whether the lease is
    /// still valid.
    async fn report(&self, lease: Lease, percent: u8) -> Result<bool>;

    /// Ends leases and writes their audit records in one transaction. Leases that
    /// are no longer valid change nothing. Returns those that were valid.
    async fn settle(&self, settlements: Vec<Settlement>) -> Result<Vec<Lease>>;

    /// Takes jobs whose leases have expired from their workers.
    async fn reap(&self, reap: Reap<'_>) -> Result<Reaped>;

    /// The jobs that are due and wait, by their kinds in alphabetical order.
    async fn backlog(&self) -> Result<Vec<Backlog>>;

    /// The last tick of a schedule; `None` before its first.
    async fn last_tick(&self, schedule: &str) -> Result<Option<Timestamp>>;

    /// Stores a tick of a schedule and its jobs in one transaction. Returns `false`
    /// and stores nothing when the schedule has ticked at `at` or later. A job
    /// whose deduplication key is taken is left out.
    async fn tick(&self, schedule: &str, at: Timestamp, jobs: &[Job]) -> Result<bool>;
}

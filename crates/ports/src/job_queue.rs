use std::time::Duration;

use async_trait::async_trait;
use plinth_domain::{Job, JobId, OrganizationId, Timestamp};
use uuid::Uuid;

use crate::{JournalEntry, Result};

/// The right to run one job now. It ends when it is settled, or when its time
/// is over and somebody else takes the job; from then on it opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    /// Whose job it is.
    pub organization: OrganizationId,
    /// Which job.
    pub job: JobId,
    /// Tells this lease from every other one on the job.
    pub token: Uuid,
}

/// A job with the right to run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedJob {
    /// The job; its attempt is counted already.
    pub job: Job,
    /// The right.
    pub lease: Lease,
}

/// Asks for jobs to run.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Who asks: a name that no other process has, 1 to 200 bytes.
    pub worker: &'a str,
    /// How long the leases last unless they are extended.
    pub lease: Duration,
    /// The most jobs.
    pub limit: u16,
    /// The kinds that the worker can run; `None` for every kind.
    pub kinds: Option<&'a [&'a str]>,
}

/// Takes jobs from workers whose leases have expired.
#[derive(Debug, Clone, Copy)]
pub struct Reap<'a> {
    /// Who asks, named like a worker.
    pub reaper: &'a str,
    /// How long the reaper's own leases last, on the jobs that it settles.
    pub lease: Duration,
    /// The most jobs.
    pub limit: u16,
    /// The kinds that the reaper may declare dead; `None` for every kind. A job
    /// of another kind without an attempt left keeps its expired lease.
    pub kinds: Option<&'a [&'a str]>,
}

/// A lease that still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The lease.
    pub lease: Lease,
    /// Whether somebody has called the job off.
    pub cancel_requested: bool,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobOutcome {
    /// It is done.
    Succeeded,
    /// It failed, and there is another attempt. A job that was called off
    /// meanwhile does not wait for it.
    Failed {
        /// With what, up to 2000 characters.
        error: String,
        /// How long until then.
        retry_after: Duration,
    },
    /// It failed for good.
    Dead {
        /// With what, up to 2000 characters.
        error: String,
    },
    /// It was called off.
    Cancelled,
    /// It was given back without having come to an end; the attempt does not
    /// count.
    Released,
}

/// Ends one lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The lease.
    pub lease: Lease,
    /// How the attempt ended.
    pub outcome: JobOutcome,
    /// The journal's line, where the job has come to its end with it.
    pub entry: Option<JournalEntry>,
}

/// What became of the jobs whose worker is gone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reaped {
    /// How many wait for their next attempt.
    pub retried: u64,
    /// Those that have no attempt left or were called off: leased to the
    /// reaper, to be settled.
    pub ended: Vec<LeasedJob>,
}

/// The jobs of all organizations, as workers see them. Every time is the
/// store's own, so that the workers' clocks do not matter.
#[async_trait]
pub trait JobQueue: Send + Sync {
    /// Leases jobs that are due, those of higher priority first; within a
    /// priority the organizations take turns. Counts the attempt.
    async fn claim(&self, claim: Claim<'_>) -> Result<Vec<LeasedJob>>;

    /// Extends leases, all in one transaction, and answers those that still
    /// hold.
    async fn heartbeat(&self, leases: &[Lease], time: Duration) -> Result<Vec<Held>>;

    /// Notes how far a job has come, 0 to 100. Answers whether the lease
    /// still holds.
    async fn report(&self, lease: Lease, percent: u8) -> Result<bool>;

    /// Ends leases, all in one transaction with their journal's lines. What
    /// does not hold any more changes nothing and writes nothing. Answers
    /// those that did hold.
    async fn settle(&self, settlements: Vec<Settlement>) -> Result<Vec<Lease>>;

    /// Takes jobs whose lease has expired from their workers.
    async fn reap(&self, reap: Reap<'_>) -> Result<Reaped>;

    /// When a schedule last ticked; `None` when it never did.
    async fn last_tick(&self, schedule: &str) -> Result<Option<Timestamp>>;

    /// Notes that a schedule ticks, and makes the tick's jobs, in one
    /// transaction. Answers `false` and makes nothing when it has ticked at
    /// that moment or later. A job whose dedup key is taken is left out.
    async fn tick(&self, schedule: &str, at: Timestamp, jobs: &[Job]) -> Result<bool>;
}

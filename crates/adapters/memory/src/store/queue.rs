use std::{cmp::Reverse, collections::BTreeMap, sync::PoisonError, time::Duration};

use async_trait::async_trait;
use plinth_domain::{Job, JobId, JobState, OrganizationId, Timestamp};
use plinth_in_process::SystemClock;
use plinth_ports::{
    Claim, Clock, Held, JobOutcome, JobQueue, Lease, LeasedJob, Reap, Reaped, Result, Settlement,
};
use uuid::Uuid;

use super::{
    MemoryStore,
    jobs::rival,
    rows::{JobRow, LeaseRow},
};

/// A job's key in its table.
type Key = (OrganizationId, JobId);

#[async_trait]
impl JobQueue for MemoryStore {
    async fn claim(&self, claim: Claim<'_>) -> Result<Vec<LeasedJob>> {
        let mut draft = self.draft().await?;
        let now = SystemClock.now();
        let last = *self.0.last_served.lock().unwrap_or_else(PoisonError::into_inner);
        let due = draft.tables.jobs.iter().filter(|(_, row)| is_due(&row.job, &claim, now));
        let picks = in_turns(due.map(|(key, row)| (*key, &row.job)), last, claim.limit);
        let mut claimed = Vec::with_capacity(picks.len());
        for key in picks {
            let Some(row) = draft.tables.jobs.get_mut(&key) else { continue };
            row.job = Job {
                state: JobState::Running,
                attempt: row.job.attempt + 1,
                progress: 0,
                started_at: Some(now),
                finished_at: None,
                revision: row.job.revision.next(now),
                ..row.job.clone()
            };
            claimed.push(lease(row, now + claim.lease));
        }
        draft.commit()?;
        if let Some(served) = claimed.last() {
            *self.0.last_served.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(served.lease.organization);
        }
        Ok(claimed)
    }

    async fn heartbeat(&self, leases: &[Lease], time: Duration) -> Result<Vec<Held>> {
        let mut draft = self.draft().await?;
        let until = SystemClock.now() + time;
        let mut held = Vec::new();
        for lease in leases {
            let row = draft.tables.jobs.get_mut(&key(lease)).filter(|row| holds(row, lease));
            let Some(row) = row else { continue };
            if let Some(own) = &mut row.lease {
                own.until = until;
            }
            held.push(Held { lease: *lease, cancel_requested: row.job.cancel_requested });
        }
        draft.commit()?;
        Ok(held)
    }

    async fn report(&self, lease: Lease, percent: u8) -> Result<bool> {
        let mut draft = self.draft().await?;
        let row = draft.tables.jobs.get_mut(&key(&lease)).filter(|row| holds(row, &lease));
        let Some(row) = row else { return Ok(false) };
        row.job.progress = percent.min(100);
        draft.commit()?;
        Ok(true)
    }

    async fn settle(&self, settlements: Vec<Settlement>) -> Result<Vec<Lease>> {
        let mut draft = self.draft().await?;
        let now = SystemClock.now();
        let mut held = Vec::with_capacity(settlements.len());
        for Settlement { lease, outcome, entry } in settlements {
            let row = draft.tables.jobs.get_mut(&key(&lease)).filter(|row| holds(row, &lease));
            let Some(row) = row else { continue };
            row.lease = None;
            row.job = ended(row.job.clone(), outcome, now);
            if let Some(entry) = entry {
                draft.append(lease.organization, &entry)?;
            }
            held.push(lease);
        }
        draft.commit()?;
        Ok(held)
    }

    async fn reap(&self, reap: Reap<'_>) -> Result<Reaped> {
        let mut draft = self.draft().await?;
        let now = SystemClock.now();
        let mut taken = Reaped::default();
        let is_over = |row: &&mut JobRow| {
            let is_spent = row.job.attempt >= row.job.max_attempts && !row.job.cancel_requested;
            row.lease.as_ref().is_some_and(|own| own.until <= now)
                && (!is_spent || knows(reap.kinds, &row.job))
        };
        let expired = draft.tables.jobs.values_mut().filter(is_over);
        for row in expired.take(usize::from(reap.limit)) {
            row.job.error = Some("the worker that ran it is gone".to_owned());
            row.job.revision = row.job.revision.next(now);
            if row.job.attempt >= row.job.max_attempts || row.job.cancel_requested {
                taken.ended.push(lease(row, now + reap.lease));
            } else {
                (row.job.state, row.job.run_at, row.lease) = (JobState::Failed, now, None);
                taken.retried += 1;
            }
        }
        draft.commit()?;
        Ok(taken)
    }

    async fn last_tick(&self, schedule: &str) -> Result<Option<Timestamp>> {
        Ok(self.snapshot().ticks.get(&schedule.to_owned()).copied())
    }

    async fn tick(&self, schedule: &str, at: Timestamp, jobs: &[Job]) -> Result<bool> {
        let mut draft = self.draft().await?;
        let name = schedule.to_owned();
        if draft.tables.ticks.get(&name).is_some_and(|last| *last >= at) {
            return Ok(false);
        }
        draft.tables.ticks.insert(name, at);
        for job in jobs {
            if rival(&draft.tables, job.organization, job).is_none() {
                let row = JobRow { job: job.clone(), lease: None };
                draft.tables.jobs.insert((job.organization, job.id), row);
            }
        }
        draft.commit()?;
        Ok(true)
    }
}

/// The job after an attempt that ended so.
fn ended(job: Job, outcome: JobOutcome, now: Timestamp) -> Job {
    let revision = job.revision.next(now);
    let end = |state| Job { state, finished_at: Some(now), revision, ..job.clone() };
    match outcome {
        JobOutcome::Succeeded => Job { progress: 100, error: None, ..end(JobState::Succeeded) },
        JobOutcome::Dead { error } => Job { error: Some(error), ..end(JobState::Dead) },
        JobOutcome::Cancelled => end(JobState::Cancelled),
        JobOutcome::Failed { error, retry_after } => {
            let wait = if job.cancel_requested { Duration::ZERO } else { retry_after };
            let (state, run_at) = (JobState::Failed, now + wait);
            Job { state, run_at, error: Some(error), revision, ..job }
        }
        JobOutcome::Released => {
            Job { state: JobState::Queued, attempt: job.attempt - 1, revision, ..job }
        }
    }
}

fn is_due(job: &Job, claim: &Claim<'_>, now: Timestamp) -> bool {
    matches!(job.state, JobState::Queued | JobState::Failed)
        && job.run_at <= now
        && knows(claim.kinds, job)
}

fn knows(kinds: Option<&[&str]>, job: &Job) -> bool {
    kinds.is_none_or(|kinds| kinds.contains(&&*job.kind))
}

/// Picks `limit` of the due jobs: by priority, then the organizations in turn,
/// downwards from the one whose turn was the last.
fn in_turns<'a>(
    due: impl Iterator<Item = (Key, &'a Job)>,
    last: Option<OrganizationId>,
    limit: u16,
) -> Vec<Key> {
    let mut queues: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (key, job) in due {
        let turn = (last.is_some_and(|last| key.0 >= last), Reverse(key.0));
        queues.entry((Reverse(job.priority), turn)).or_default().push((job.run_at, job.id, key));
    }
    let mut picks = Vec::new();
    for ((priority, turn), mut queue) in queues {
        queue.sort_unstable();
        let rounds = queue.into_iter().enumerate();
        picks.extend(rounds.map(|(round, (_, _, key))| (priority, round, turn, key)));
    }
    picks.sort_unstable_by_key(|(priority, round, turn, _)| (*priority, *round, *turn));
    picks.into_iter().take(usize::from(limit)).map(|(.., key)| key).collect()
}

/// Gives a worker the right to run a job.
fn lease(row: &mut JobRow, until: Timestamp) -> LeasedJob {
    #[expect(clippy::disallowed_methods, reason = "the store makes its leases' names itself")]
    let token = Uuid::new_v4();
    row.lease = Some(LeaseRow { token, until });
    LeasedJob { job: row.job.clone(), lease: lease_of(&row.job, token) }
}

const fn lease_of(job: &Job, token: Uuid) -> Lease {
    Lease { organization: job.organization, job: job.id, token }
}

const fn key(lease: &Lease) -> Key {
    (lease.organization, lease.job)
}

fn holds(row: &JobRow, lease: &Lease) -> bool {
    row.lease.as_ref().is_some_and(|own| own.token == lease.token)
}

use std::{cmp::Reverse, collections::BTreeMap, sync::PoisonError, time::Duration};

use async_trait::async_trait;
use plinth_domain::{Job, JobId, JobState, OrganizationId, OrganizationStatus, Timestamp};
use plinth_in_process::SystemClock;
use plinth_ports::{
    Backlog, Claim, Clock, Held, JobOutcome, JobQueue, Lease, LeasedJob, Reap, Reaped, Result,
    Settlement,
};
use uuid::Uuid;

use super::{MemoryStore, jobs::open_twin, rows::LeaseRow, tables::Tables};

/// A job's key in its table.
type Key = (OrganizationId, JobId);

#[async_trait]
impl JobQueue for MemoryStore {
    async fn claim(&self, claim: Claim<'_>) -> Result<Vec<LeasedJob>> {
        let mut draft = self.draft().await?;
        let now = SystemClock.now();
        let last = *self.0.last_served.lock().unwrap_or_else(PoisonError::into_inner);
        let organizations = &draft.tables.organizations;
        let is_active = |job: &Job| {
            let owner = organizations.get(&job.organization);
            owner.is_none_or(|owner| owner.status == OrganizationStatus::Active)
        };
        let due = draft.tables.records.jobs.iter();
        let due = due.filter(|(_, job)| is_due(job, &claim, now) && is_active(job));
        let picks = in_turns(due.map(|(key, job)| (*key, job)), last, claim.limit);
        let mut claimed = Vec::with_capacity(picks.len());
        for key in picks {
            let Some(job) = draft.tables.records.jobs.get_mut(&key) else { continue };
            *job = Job {
                state: JobState::Running,
                attempt: job.attempt + 1,
                progress: 0,
                started_at: Some(now),
                finished_at: None,
                revision: job.revision.next(now),
                ..job.clone()
            };
            let job = job.clone();
            claimed.push(lease(&mut draft.tables, job, now + claim.lease));
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
            let Some(job) = held_job(&mut draft.tables, lease) else { continue };
            held.push(Held { lease: *lease, cancel_requested: job.cancel_requested });
            draft.tables.leases.insert(key(lease), LeaseRow { token: lease.token, until });
        }
        draft.commit()?;
        Ok(held)
    }

    async fn report(&self, lease: Lease, percent: u8) -> Result<bool> {
        let mut draft = self.draft().await?;
        let Some(job) = held_job(&mut draft.tables, &lease) else { return Ok(false) };
        job.progress = percent.min(100);
        draft.commit()?;
        Ok(true)
    }

    async fn settle(&self, settlements: Vec<Settlement>) -> Result<Vec<Lease>> {
        let mut draft = self.draft().await?;
        let now = SystemClock.now();
        let mut held = Vec::with_capacity(settlements.len());
        for Settlement { lease, outcome, entry } in settlements {
            let Some(job) = held_job(&mut draft.tables, &lease) else { continue };
            *job = ended(job.clone(), outcome, now);
            draft.tables.leases.remove(&key(&lease));
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
        let jobs = &draft.tables.records.jobs;
        let is_settled_here = |key: &Key| {
            jobs.get(key).is_some_and(|job| {
                let is_spent = job.attempt >= job.max_attempts && !job.cancel_requested;
                !is_spent || knows(reap.kinds, job)
            })
        };
        let expired = draft.tables.leases.iter().filter(|(_, lease)| lease.until <= now);
        let expired = expired.map(|(key, _)| *key).filter(is_settled_here);
        let expired: Vec<Key> = expired.take(usize::from(reap.limit)).collect();
        for key in expired {
            let Some(job) = draft.tables.records.jobs.get_mut(&key) else { continue };
            job.error = Some("the worker that ran it is gone".to_owned());
            job.error_code = None;
            job.revision = job.revision.next(now);
            if job.attempt >= job.max_attempts || job.cancel_requested {
                let job = job.clone();
                taken.ended.push(lease(&mut draft.tables, job, now + reap.lease));
            } else {
                (job.state, job.run_at) = (JobState::Failed, now);
                draft.tables.leases.remove(&key);
                taken.retried += 1;
            }
        }
        draft.commit()?;
        Ok(taken)
    }

    async fn backlog(&self) -> Result<Vec<Backlog>> {
        let (now, snapshot) = (SystemClock.now(), self.snapshot());
        let mut kinds: BTreeMap<String, (u64, Timestamp)> = BTreeMap::new();
        let waits = |job: &&Job| {
            matches!(job.state, JobState::Queued | JobState::Failed) && job.run_at <= now
        };
        for job in snapshot.records.jobs.iter().map(|(_, job)| job).filter(waits) {
            let (jobs, first) = kinds.entry(job.kind.to_string()).or_insert((0, job.run_at));
            (*jobs, *first) = (*jobs + 1, (*first).min(job.run_at));
        }
        let backlog = kinds.into_iter().map(|(kind, (jobs, first))| {
            let age = (now - first).to_std().unwrap_or_default();
            Backlog { kind, jobs, age }
        });
        Ok(backlog.collect())
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
            if open_twin(&draft.tables, job.organization, job).is_none() {
                draft.tables.records.jobs.insert((job.organization, job.id), job.clone());
            }
        }
        draft.commit()?;
        Ok(true)
    }
}

/// The job after an attempt with this outcome.
fn ended(job: Job, outcome: JobOutcome, now: Timestamp) -> Job {
    let revision = job.revision.next(now);
    let end = |state| Job { state, finished_at: Some(now), revision, ..job.clone() };
    match outcome {
        JobOutcome::Succeeded => {
            Job { progress: 100, error: None, error_code: None, ..end(JobState::Succeeded) }
        }
        JobOutcome::Dead { error, code } => {
            Job { error: Some(error), error_code: code, ..end(JobState::Dead) }
        }
        JobOutcome::Cancelled => end(JobState::Cancelled),
        JobOutcome::Postponed { error, code, retry_after } => {
            let uncounted = Job { attempt: job.attempt - 1, ..job };
            ended(uncounted, JobOutcome::Failed { error, code, retry_after }, now)
        }
        JobOutcome::Failed { error, code, retry_after } => {
            let wait = if job.cancel_requested { Duration::ZERO } else { retry_after };
            let (state, run_at) = (JobState::Failed, now + wait);
            Job { state, run_at, error: Some(error), error_code: code, revision, ..job }
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

/// Picks `limit` of the due jobs: by priority, then by organization in turn, in descending order
/// after the organization that was served last.
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

/// Leases a job.
fn lease(tables: &mut Tables, job: Job, until: Timestamp) -> LeasedJob {
    #[expect(clippy::disallowed_methods, reason = "the store names its leases itself")]
    let token = Uuid::new_v4();
    let lease = Lease { organization: job.organization, job: job.id, token };
    tables.leases.insert(key(&lease), LeaseRow { token, until });
    LeasedJob { job, lease }
}

/// The job of a valid lease.
fn held_job<'t>(tables: &'t mut Tables, lease: &Lease) -> Option<&'t mut Job> {
    let stored = tables.leases.get(&key(lease))?;
    if stored.token != lease.token {
        return None;
    }
    tables.records.jobs.get_mut(&key(lease))
}

const fn key(lease: &Lease) -> Key {
    (lease.organization, lease.job)
}

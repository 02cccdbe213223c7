//! The job queue: the jobs of all organizations, for the workers.

mod claim;
mod promote;
mod reap;
mod settle;
mod ticks;

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use plinth_domain::{Id, Job, Timestamp};
use plinth_ports::{
    Backlog, Claim, Held, JobQueue, Lease, LeasedJob, Reap, Reaped, Result, Settlement,
};
use sea_orm::Value;
use serde_json::{Value as Json, json};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{SystemTx, listed};
use crate::{
    PgStore,
    connection::{Begin, Statements},
    row::{FromRow, Row, named},
    sql::Sql,
};

/// The job queue on PostgreSQL.
#[derive(Debug)]
pub struct PgJobQueue {
    store: PgStore,
    /// The organization that was served last: the next claim continues after it.
    last: Mutex<Uuid>,
}

impl PgJobQueue {
    /// The queue of the jobs in this store.
    #[must_use]
    pub const fn new(store: PgStore) -> Self {
        Self { store, last: Mutex::new(Uuid::nil()) }
    }

    fn last(&self) -> Uuid {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_last(&self, organization: Uuid) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = organization;
    }
}

/// Locks jobs, given as a JSON array, always in the same order: a heartbeat and a
/// settlement of the same jobs cannot deadlock.
///
/// It is a separate statement, so that the next one sees the rows as they are
/// after the wait. A statement that locks and writes would use its snapshot from
/// before the wait, and miss rows.
const LOCK: &str = "
    SELECT FROM jobs j JOIN json_to_recordset($1::json) s (organization_id uuid, id uuid)
        ON j.organization_id = s.organization_id AND j.id = s.id
    ORDER BY j.organization_id, j.id FOR UPDATE OF j";

/// Extends the leases of locked jobs.
const HEARTBEAT: &str = "
    UPDATE jobs j SET lease_until = c.at + $2 * interval '1 millisecond'
    FROM json_to_recordset($1::json) s (organization_id uuid, id uuid, lease uuid),
        (SELECT now() AS at) c
    WHERE j.organization_id = s.organization_id AND j.id = s.id AND j.lease = s.lease
        AND j.state = 'running'
    RETURNING j.organization_id, j.id, j.lease, j.cancel_requested";

/// Stores the progress without a new revision of the job.
const REPORT: &str = "
    UPDATE jobs SET progress = $4
    WHERE organization_id = $1 AND id = $2 AND lease = $3 AND state = 'running'";

/// All jobs that wait and are due, from their index alone.
const BACKLOG: &str = "
    SELECT kind, count(*) AS jobs, (extract(epoch FROM now() - min(run_at)) * 1e6)::bigint AS age
    FROM jobs WHERE state IN ('queued', 'failed') AND NOT delayed GROUP BY kind ORDER BY kind";

#[async_trait]
impl JobQueue for PgJobQueue {
    async fn claim(&self, claim: Claim<'_>) -> Result<Vec<LeasedJob>> {
        self.lease_turns(claim).await
    }

    async fn heartbeat(&self, leases: &[Lease], time: Duration) -> Result<Vec<Held>> {
        if leases.is_empty() {
            return Ok(Vec::new());
        }
        let mut system = self.store.system(Begin::System).await?;
        let leases: Json = leases.iter().map(spelled).collect();
        let leases = lock(&mut system, &leases).await?;
        let sql = Sql::fixed(HEARTBEAT, vec![leases.into(), milliseconds(time)]);
        let rows = system.tx.rows(sql).await?;
        let held = rows.iter().map(|row| {
            let cancel_requested = named(row, "cancel_requested")?;
            Ok(Held { lease: lease_of(row)?, cancel_requested })
        });
        let held = held.collect::<Result<Vec<_>>>()?;
        system.close().await?;
        Ok(held)
    }

    async fn report(&self, lease: Lease, percent: u8) -> Result<bool> {
        let mut system = self.store.system(Begin::System).await?;
        let (organization, job) = (lease.organization.uuid(), lease.job.uuid());
        let percent = i16::from(percent.min(100));
        let values = vec![organization.into(), job.into(), lease.token.into(), percent.into()];
        let written = system.execute(Sql::fixed(REPORT, values)).await?;
        system.close().await?;
        Ok(written == 1)
    }

    async fn settle(&self, settlements: Vec<Settlement>) -> Result<Vec<Lease>> {
        self.end_leases(settlements).await
    }

    async fn reap(&self, reap: Reap<'_>) -> Result<Reaped> {
        self.take_expired(reap).await
    }

    async fn backlog(&self) -> Result<Vec<Backlog>> {
        let mut system = self.store.system_reads();
        let rows = system.tx.rows(Sql::fixed(BACKLOG, Vec::new())).await?;
        rows.iter().map(backlog).collect()
    }

    async fn last_tick(&self, schedule: &str) -> Result<Option<Timestamp>> {
        self.find_tick(schedule).await
    }

    async fn tick(&self, schedule: &str, at: Timestamp, jobs: &[Job]) -> Result<bool> {
        self.note_tick(schedule, at, jobs).await
    }
}

fn backlog(row: &PgRow) -> Result<Backlog> {
    let (jobs, age): (i64, i64) = (named(row, "jobs")?, named(row, "age")?);
    Ok(Backlog { kind: named(row, "kind")?, jobs: jobs.unsigned_abs(), age: microseconds(age) })
}

/// A time that the clocks of two transactions may make negative.
pub(super) fn microseconds(time: i64) -> Duration {
    Duration::from_micros(u64::try_from(time).unwrap_or_default())
}

/// Locks the jobs of a JSON array of leases, and returns its text.
async fn lock(system: &mut SystemTx, leases: &Json) -> Result<String> {
    let leases = leases.to_string();
    system.execute(Sql::fixed(LOCK, vec![leases.as_str().into()])).await?;
    Ok(leases)
}

/// A lease as JSON for the statements.
fn spelled(lease: &Lease) -> Json {
    let (organization, job) = (lease.organization.uuid(), lease.job.uuid());
    json!({ "organization_id": organization, "id": job, "lease": lease.token })
}

/// The columns of a job in the order of its entity, then its lease.
macro_rules! returning_jobs {
    () => {
        "RETURNING j.organization_id, j.id, j.kind, j.payload::text, j.priority, j.state, \
         j.attempt, j.max_attempts, j.run_at, j.progress, j.error, j.error_code, j.dedup_key, \
         j.cancel_requested, j.caused_by, j.request_id, j.trace_parent, j.started_at, \
         j.finished_at, j.version, j.created_at, j.updated_at, j.lease"
    };
}
use returning_jobs;

/// A job from the columns of `returning_jobs!`.
fn leased(row: &PgRow) -> Result<LeasedJob> {
    Ok(LeasedJob { job: Job::from_row(&Row::new(row))?, lease: lease_of(row)? })
}

fn lease_of(row: &PgRow) -> Result<Lease> {
    let organization = Id::from_uuid(named(row, "organization_id")?);
    Ok(Lease { organization, job: Id::from_uuid(named(row, "id")?), token: named(row, "lease")? })
}

/// Kinds of job as a statement's `text[]`; `NULL` for every kind.
fn kinds(kinds: Option<&[&str]>) -> Value {
    let kinds: Option<Vec<String>> =
        kinds.map(|kinds| kinds.iter().map(|kind| (*kind).to_owned()).collect());
    kinds.into()
}

pub fn milliseconds(time: Duration) -> Value {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX).into()
}

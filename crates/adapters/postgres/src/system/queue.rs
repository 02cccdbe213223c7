//! The job queue: `jobs` as the workers see it, across organizations.

mod claim;
mod reap;
mod settle;
mod ticks;

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use domain::{Id, Job, Timestamp};
use ports::{Claim, Held, JobQueue, Lease, LeasedJob, Reaped, Result, Settlement, StoreError};
use sea_orm::Value;
use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

use crate::{
    PgStore,
    connection::Begin,
    row::{FromRow, Row},
    sql::Sql,
};

/// The job queue on PostgreSQL.
#[derive(Debug)]
pub struct PgJobQueue {
    store: PgStore,
    /// The organization whose turn was the last: the next claim goes on
    /// behind it.
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

/// Extends the leases. Rows are locked in the same order as by a settlement,
/// so that neither waits for the other in a circle.
const HEARTBEAT: &str = "
    WITH held AS MATERIALIZED (
        SELECT organization_id, id FROM jobs WHERE worker_id = $1 AND state = 'running'
        ORDER BY organization_id, id FOR UPDATE)
    UPDATE jobs j SET lease_until = now() + $2 * interval '1 millisecond' FROM held
    WHERE j.organization_id = held.organization_id AND j.id = held.id
    RETURNING j.organization_id, j.id, j.lease, j.cancel_requested";

/// That is no revision of the job: it is what the attempt says of itself.
const REPORT: &str = "
    UPDATE jobs SET progress = $4
    WHERE organization_id = $1 AND id = $2 AND lease = $3 AND state = 'running'";

#[async_trait]
impl JobQueue for PgJobQueue {
    async fn claim(&self, claim: Claim<'_>) -> Result<Vec<LeasedJob>> {
        self.lease_turns(claim).await
    }

    async fn heartbeat(&self, worker: &str, lease: Duration) -> Result<Vec<Held>> {
        let mut system = self.store.system(Begin::System).await?;
        let sql = Sql::fixed(HEARTBEAT, vec![worker.into(), milliseconds(lease)]);
        let rows = system.tx.rows(sql).await?;
        let held = rows.iter().map(|row| {
            let cancel_requested = value(row, "cancel_requested")?;
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

    async fn reap(&self, reaper: &str, lease: Duration, limit: u16) -> Result<Reaped> {
        self.take_expired(reaper, lease, limit).await
    }

    async fn last_tick(&self, schedule: &str) -> Result<Option<Timestamp>> {
        self.find_tick(schedule).await
    }

    async fn tick(&self, schedule: &str, at: Timestamp, jobs: &[Job]) -> Result<bool> {
        self.note_tick(schedule, at, jobs).await
    }
}

/// A job's columns in the order of its entity, then its lease.
macro_rules! returning_jobs {
    () => {
        "RETURNING j.organization_id, j.id, j.kind, j.payload::text, j.priority, j.state, \
         j.attempt, j.max_attempts, j.run_at, j.progress, j.error, j.dedup_key, \
         j.cancel_requested, j.caused_by, j.request_id, j.trace_parent, j.started_at, \
         j.finished_at, j.version, j.created_at, j.updated_at, j.lease"
    };
}
use returning_jobs;

/// A job as `returning_jobs!` brings it.
fn leased(row: &PgRow) -> Result<LeasedJob> {
    Ok(LeasedJob { job: Job::from_row(&Row::new(row))?, lease: lease_of(row)? })
}

fn lease_of(row: &PgRow) -> Result<Lease> {
    let organization = Id::from_uuid(value(row, "organization_id")?);
    Ok(Lease { organization, job: Id::from_uuid(value(row, "id")?), token: value(row, "lease")? })
}

fn value<'r, T: sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>>(
    row: &'r PgRow,
    column: &str,
) -> Result<T> {
    row.try_get(column).map_err(|error| StoreError::Other(error.into()))
}

fn milliseconds(time: Duration) -> Value {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX).into()
}

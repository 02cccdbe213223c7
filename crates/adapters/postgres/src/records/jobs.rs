use std::borrow::Cow;

use async_trait::async_trait;
use plinth_domain::{Job, JobId, JobState, OrganizationId};
use plinth_ports::{JobFilter, JobSort, Jobs, Result, StoreError};
use sea_orm::{
    Condition, QuerySelect, Set,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row},
    scoped::ScopedTx,
    value::{name, set},
};

/// How often an insert is tried while the deduplication key is concurrently taken and released.
const OFFERS: u8 = 5;

/// The states in which a deduplication key is taken, as in the unique index.
const OPEN: [&str; 3] = ["queued", "failed", "running"];

/// A row. Only the queue reads and writes the columns of the lease.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub payload: String,
    pub priority: i16,
    pub state: String,
    pub attempt: i32,
    pub max_attempts: i32,
    pub run_at: DateTimeUtc,
    pub progress: i16,
    pub error: Option<String>,
    pub error_code: Option<String>,
    pub dedup_key: Option<String>,
    pub cancel_requested: bool,
    pub caused_by: Option<Uuid>,
    pub request_id: String,
    pub trace_parent: Option<String>,
    pub started_at: Option<DateTimeUtc>,
    pub finished_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// Whether a claim may pass it over until its time has come. Only the queue reads it.
    pub delayed: bool,
}

crate::scoped::tenant_table!();
name!(JobState);

impl FromRow for Job {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let count = |number: i32| u16::try_from(number).ok();
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            kind: Cow::Owned(row.get(Column::Kind)?),
            payload: row.value(Column::Payload)?,
            priority: row.get(Column::Priority)?,
            state: row.value(Column::State)?,
            attempt: row.known(Column::Attempt, count)?,
            max_attempts: row.known(Column::MaxAttempts, count)?,
            run_at: row.get(Column::RunAt)?,
            progress: row.known(Column::Progress, |percent: i16| u8::try_from(percent).ok())?,
            error: row.get(Column::Error)?,
            error_code: row.get(Column::ErrorCode)?,
            dedup_key: row.get(Column::DedupKey)?,
            cancel_requested: row.get(Column::CancelRequested)?,
            caused_by: row.value(Column::CausedBy)?,
            request_id: row.get(Column::RequestId)?,
            trace_parent: row.get(Column::TraceParent)?,
            started_at: row.get(Column::StartedAt)?,
            finished_at: row.get(Column::FinishedAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for Job {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            kind: Set(self.kind.clone().into_owned()),
            payload: set(&self.payload),
            priority: Set(self.priority),
            state: set(&self.state),
            attempt: Set(self.attempt.into()),
            max_attempts: Set(self.max_attempts.into()),
            run_at: Set(self.run_at),
            progress: Set(self.progress.into()),
            error: Set(self.error.clone()),
            error_code: Set(self.error_code.clone()),
            dedup_key: Set(self.dedup_key.clone()),
            cancel_requested: Set(self.cancel_requested),
            caused_by: set(&self.caused_by),
            request_id: Set(self.request_id.clone()),
            trace_parent: Set(self.trace_parent.clone()),
            started_at: Set(self.started_at),
            finished_at: Set(self.finished_at),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
            delayed: Set(self.run_at > self.revision.updated_at),
        }
    }

    fn condition(filter: &JobFilter) -> Condition {
        Condition::all()
            .add_option(list::one_of(Column::State, &filter.state, JobState::name))
            .add_option(list::one_of(Column::Kind, &filter.kind, |kind| kind))
    }

    fn column(sort: JobSort) -> Column {
        match sort {
            JobSort::CreatedAt => Column::CreatedAt,
        }
    }
}

#[async_trait]
impl Jobs for ScopedTx {
    async fn lock(&mut self, id: JobId) -> Result<Option<Job>> {
        self.select::<Entity>().filter(Column::Id.eq(id.uuid())).lock_exclusive().one().await
    }

    async fn enqueue(&mut self, job: &Job) -> Result<JobId> {
        let Some(key) = &job.dedup_key else {
            self.add(job.to_row(self.organization())).await?;
            return Ok(job.id);
        };
        for _ in 0..OFFERS {
            if self.add_or(job.to_row(self.organization()), unless_open()).await? == 1 {
                return Ok(job.id);
            }
            let other = self.select::<Entity>().filter(Column::DedupKey.eq(key));
            let other: Option<Job> = other.filter(Column::State.is_in(OPEN)).one().await?;
            if let Some(other) = other {
                return Ok(other.id);
            }
        }
        Err(StoreError::Unavailable("open jobs with its deduplication key come and go".into()))
    }
}

/// Adds nothing when an open job of the organization has the deduplication key.
pub fn unless_open() -> OnConflict {
    let open = OPEN.map(|state| Expr::cust(format!("'{state}'")));
    let mut conflict = OnConflict::columns([Column::OrganizationId, Column::DedupKey]);
    conflict.target_and_where(Expr::col(Column::State).is_in(open)).do_nothing();
    conflict
}

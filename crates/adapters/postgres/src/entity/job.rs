//! `jobs`. Who holds a lease, and how long, is the queue's alone.

use std::borrow::Cow;

use plinth_domain::{Job, JobState, JsonObject};
use plinth_ports::Result;
use sea_orm::{
    NotSet, Set,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use crate::row::{FromRow, Row};

/// The states in which a dedup key is taken, as the unique index says.
pub const OPEN: [&str; 3] = ["queued", "failed", "running"];

/// A row. The columns of the lease are only ever written by the queue.
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
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl FromRow for Job {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let count = |number: i32| u16::try_from(number).ok();
        Ok(Self {
            id: row.id(Column::Id)?,
            organization: row.id(Column::OrganizationId)?,
            kind: Cow::Owned(row.get(Column::Kind)?),
            payload: JsonObject::from_parsed(row.get(Column::Payload)?),
            priority: row.get(Column::Priority)?,
            state: row.known(Column::State, JobState::from_name)?,
            attempt: row.known(Column::Attempt, count)?,
            max_attempts: row.known(Column::MaxAttempts, count)?,
            run_at: row.get(Column::RunAt)?,
            progress: row.known(Column::Progress, |percent: i16| u8::try_from(percent).ok())?,
            error: row.get(Column::Error)?,
            dedup_key: row.get(Column::DedupKey)?,
            cancel_requested: row.get(Column::CancelRequested)?,
            caused_by: row.optional_id(Column::CausedBy)?,
            request_id: row.get(Column::RequestId)?,
            trace_parent: row.get(Column::TraceParent)?,
            started_at: row.get(Column::StartedAt)?,
            finished_at: row.get(Column::FinishedAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl From<&Job> for ActiveModel {
    fn from(job: &Job) -> Self {
        Self {
            organization_id: NotSet,
            id: Set(job.id.uuid()),
            kind: Set(job.kind.clone().into_owned()),
            payload: Set(job.payload.as_str().to_owned()),
            priority: Set(job.priority),
            state: Set(job.state.name().to_owned()),
            attempt: Set(job.attempt.into()),
            max_attempts: Set(job.max_attempts.into()),
            run_at: Set(job.run_at),
            progress: Set(job.progress.into()),
            error: Set(job.error.clone()),
            dedup_key: Set(job.dedup_key.clone()),
            cancel_requested: Set(job.cancel_requested),
            caused_by: Set(job.caused_by.map(plinth_domain::UserId::uuid)),
            request_id: Set(job.request_id.clone()),
            trace_parent: Set(job.trace_parent.clone()),
            started_at: Set(job.started_at),
            finished_at: Set(job.finished_at),
            version: Set(job.revision.version.number()),
            created_at: Set(job.revision.created_at),
            updated_at: Set(job.revision.updated_at),
        }
    }
}

/// Adds nothing where the unique index of open jobs stands against it.
pub fn unless_open() -> OnConflict {
    let open = OPEN.map(|state| Expr::cust(format!("'{state}'")));
    let mut conflict = OnConflict::columns([Column::OrganizationId, Column::DedupKey]);
    conflict.target_and_where(Expr::col(Column::State).is_in(open)).do_nothing();
    conflict
}

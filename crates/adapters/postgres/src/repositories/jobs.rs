use async_trait::async_trait;
use plinth_domain::{Job, JobId};
use plinth_ports::{JobFilter, JobReader, JobSort, Jobs, Page, PageRequest, Result, StoreError};
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};

use crate::{
    entity::job::{ActiveModel, Column, Entity, OPEN, unless_open},
    list::{self, Listed},
    scoped::ScopedTx,
};

/// How often a job is offered whose rival is there at one moment and gone at
/// the next.
const OFFERS: u8 = 5;

impl Listed for JobSort {
    type Entity = Entity;
    const ID: Column = Column::Id;

    fn column(self) -> Option<Column> {
        match self {
            Self::CreatedAt => Some(Column::CreatedAt),
        }
    }
}

#[async_trait]
impl JobReader for ScopedTx {
    async fn find(&mut self, id: JobId) -> Result<Option<Job>> {
        ScopedTx::find(self, id.uuid()).await
    }

    async fn list(&mut self, filter: &JobFilter, page: &PageRequest<JobSort>) -> Result<Page<Job>> {
        let mut rows = self.select::<Entity>();
        if let Some(state) = filter.state {
            rows = rows.filter(Column::State.eq(state.name()));
        }
        if let Some(kind) = &filter.kind {
            rows = rows.filter(Column::Kind.eq(kind));
        }
        Ok(page.page(list::page(rows, page).all().await?))
    }
}

#[async_trait]
impl Jobs for ScopedTx {
    async fn lock(&mut self, id: JobId) -> Result<Option<Job>> {
        self.select::<Entity>().filter(Column::Id.eq(id.uuid())).lock_exclusive().one().await
    }

    async fn enqueue(&mut self, job: &Job) -> Result<JobId> {
        let Some(key) = &job.dedup_key else {
            self.add(ActiveModel::from(job)).await?;
            return Ok(job.id);
        };
        for _ in 0..OFFERS {
            if self.add_or(ActiveModel::from(job), unless_open()).await? == 1 {
                return Ok(job.id);
            }
            let other = self.select::<Entity>().filter(Column::DedupKey.eq(key));
            let other: Option<Job> = other.filter(Column::State.is_in(OPEN)).one().await?;
            if let Some(other) = other {
                return Ok(other.id);
            }
        }
        Err(StoreError::Unavailable("its rival comes and goes".into()))
    }

    async fn update(&mut self, job: &Job) -> Result<()> {
        let previous = job.revision.previous();
        self.save(ActiveModel::from(job), job.id.uuid(), previous).await
    }
}

use async_trait::async_trait;
use plinth_domain::{Project, ProjectId};
use plinth_ports::{
    Page, PageRequest, ProjectFilter, ProjectReader, ProjectSort, Projects, Result,
};
use sea_orm::{ColumnTrait, QueryFilter};

use super::search;
use crate::{
    entity::project::{ActiveModel, Column, Entity},
    list::{self, Listed},
    scoped::ScopedTx,
};

impl Listed for ProjectSort {
    type Entity = Entity;
    const ID: Column = Column::Id;

    fn column(self) -> Option<Column> {
        Some(match self {
            Self::CreatedAt => Column::CreatedAt,
            Self::UpdatedAt => Column::UpdatedAt,
            Self::Name => Column::Name,
            Self::Code => Column::Code,
        })
    }
}

#[async_trait]
impl ProjectReader for ScopedTx {
    async fn find(&mut self, id: ProjectId) -> Result<Option<Project>> {
        ScopedTx::find(self, id.uuid()).await
    }

    async fn list(
        &mut self,
        filter: &ProjectFilter,
        page: &PageRequest<ProjectSort>,
    ) -> Result<Page<Project>> {
        let mut rows = self.select::<Entity>();
        if let Some(status) = filter.status {
            rows = rows.filter(Column::Status.eq(status.name()));
        }
        if let Some(code) = &filter.code {
            rows = rows.filter(Column::Code.eq(code));
        }
        if let Some(words) = &filter.search {
            rows = rows.filter(search::condition(words, (Entity, search::COLUMN)));
        }
        Ok(page.page(list::page(rows, page).all().await?))
    }
}

#[async_trait]
impl Projects for ScopedTx {
    async fn insert(&mut self, project: &Project) -> Result<()> {
        self.add(ActiveModel::from(project)).await
    }

    async fn update(&mut self, project: &Project) -> Result<()> {
        let previous = project.revision.previous();
        self.save(ActiveModel::from(project), project.id.uuid(), previous).await
    }

    async fn remove(&mut self, project: &Project) -> Result<()> {
        ScopedTx::remove::<Entity>(self, project.id.uuid(), project.revision.version).await
    }
}

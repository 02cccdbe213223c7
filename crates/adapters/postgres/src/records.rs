//! Business records: the five operations, once for all of them.

use async_trait::async_trait;
use plinth_domain::Id;
use plinth_ports::{Page, PageRequest, Record, RecordReader, Records, Result};
use sea_orm::{ActiveModelTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter};

use crate::{
    list,
    repositories::search,
    row::FromRow,
    scoped::{ScopedTx, TenantOwned},
};

mod projects;

type Column<R> = <<R as FromRow>::Entity as EntityTrait>::Column;

/// A record with a table.
#[diagnostic::on_unimplemented(message = "`{Self}` has no table: add postgres/src/records/….rs")]
pub trait Stored: Record + FromRow<Entity: TenantOwned> {
    /// What is written.
    type Row: ActiveModelTrait<Entity = Self::Entity> + sea_orm::ActiveModelBehavior + Send;
    /// The row, without its organization.
    fn to_row(&self) -> Self::Row;
    /// Which rows a list shows, its text search aside.
    fn condition(filter: &Self::Filter) -> Condition;
    /// The column of an order.
    fn column(sort: Self::Sort) -> Column<Self>;
}

#[async_trait]
impl<R: Stored> RecordReader<R> for ScopedTx {
    async fn find(&mut self, id: Id<R>) -> Result<Option<R>> {
        Self::find(self, id.uuid()).await
    }

    async fn list(&mut self, filter: &R::Filter, page: &PageRequest<R::Sort>) -> Result<Page<R>> {
        let mut rows = self.select::<R::Entity>().filter(R::condition(filter));
        if let Some(words) = R::search(filter) {
            rows = rows.filter(search::condition(words, (R::Entity::default(), search::COLUMN)));
        }
        let (order, id) = (R::column(page.sort.by), R::Entity::id_column());
        Ok(page.page(list::cut(rows, page, Some(order), id).all().await?))
    }
}

#[async_trait]
impl<R: Stored> Records<R> for ScopedTx
where
    <R::Entity as EntityTrait>::Model: IntoActiveModel<R::Row>,
{
    async fn insert(&mut self, record: &R) -> Result<()> {
        self.add(record.to_row()).await
    }

    async fn update(&mut self, record: &R) -> Result<()> {
        self.save(record.to_row(), record.id().uuid(), record.revision().previous()).await
    }

    async fn remove(&mut self, record: &R) -> Result<()> {
        Self::remove::<R::Entity>(self, record.id().uuid(), record.revision().version).await
    }
}

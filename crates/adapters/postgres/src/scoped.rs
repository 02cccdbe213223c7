//! The only way to an organization's rows.

use domain::{OrganizationId, Principal, TenantScope, Timestamp, Version};
use ports::{Result, StoreError};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbBackend,
    EntityTrait, IntoActiveModel, QueryFilter, QueryResult, QueryTrait, Statement, Value,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{connection::Transaction, error::store_error};

mod select;
pub use select::Scoped;

/// A table whose every row belongs to one organization.
pub trait TenantOwned: EntityTrait {
    /// Names the organization.
    fn tenant_column() -> Self::Column;
    /// Names the row within it.
    fn id_column() -> Self::Column;
    /// Counts how often the row was written.
    fn version_column() -> Self::Column;
}

/// A table that every organization may read and none owns.
pub trait Shared: EntityTrait {}

/// A transaction on one organization's rows: the only owner of the raw one,
/// which does not leave this module.
#[derive(Debug)]
pub struct ScopedTx {
    tx: Transaction,
    scope: TenantScope,
    /// The moment of the last idempotency claim: what had expired by then may
    /// be replaced.
    pub(crate) claimed_at: Option<Timestamp>,
}

impl ScopedTx {
    pub const fn new(tx: Transaction, scope: TenantScope) -> Self {
        Self { tx, scope, claimed_at: None }
    }

    pub const fn organization(&self) -> OrganizationId {
        self.scope.organization()
    }

    pub const fn principal(&self) -> Principal {
        self.scope.principal()
    }

    fn tenant(&self) -> Uuid {
        self.organization().uuid()
    }

    /// Asks for rows of the organization.
    pub fn select<E: TenantOwned>(&self) -> Scoped<'_, E> {
        let own = E::tenant_column().eq(self.tenant());
        Scoped::new(&self.tx, self.tenant(), E::find().filter(own))
    }

    /// Asks for rows that nobody owns.
    pub fn select_shared<E: Shared>(&self) -> Scoped<'_, E> {
        Scoped::new(&self.tx, self.tenant(), E::find())
    }

    /// Finds one row of the organization.
    pub async fn find<E: TenantOwned>(&self, id: Uuid) -> Result<Option<E::Model>> {
        self.select::<E>().filter(E::id_column().eq(id)).one().await
    }

    /// Adds a row to the organization.
    pub async fn add<A>(&self, mut row: A) -> Result<()>
    where
        A: ActiveModelTrait<Entity: TenantOwned> + ActiveModelBehavior + Send,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        row.set(<A::Entity as TenantOwned>::tenant_column(), self.tenant().into());
        let insert = <A::Entity as EntityTrait>::insert(row).into_query();
        self.tx.execute(&insert).await.map_err(store_error)?;
        Ok(())
    }

    /// Adds a row, or does what `conflict` says. Answers how many rows were
    /// written.
    pub async fn add_or<A>(&self, mut row: A, conflict: OnConflict) -> Result<u64>
    where
        A: ActiveModelTrait<Entity: TenantOwned> + ActiveModelBehavior + Send,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        row.set(<A::Entity as TenantOwned>::tenant_column(), self.tenant().into());
        let insert = <A::Entity as EntityTrait>::insert(row).on_conflict(conflict).into_query();
        Ok(self.tx.execute(&insert).await.map_err(store_error)?.rows_affected())
    }

    /// Writes exactly the one row whose revision before this one is stored.
    pub async fn save<A>(&self, mut row: A, id: Uuid, previous: Version) -> Result<()>
    where
        A: ActiveModelTrait<Entity: TenantOwned> + Send,
    {
        row.not_set(<A::Entity as TenantOwned>::id_column());
        let update = <A::Entity as EntityTrait>::update_many().set(row);
        let update = self.own::<A::Entity, _>(update, id, previous).into_query();
        one_row(self.tx.execute(&update).await.map_err(store_error)?.rows_affected())
    }

    /// Removes exactly the one row of which this version is stored.
    pub async fn remove<E: TenantOwned>(&self, id: Uuid, version: Version) -> Result<()> {
        let delete = self.own::<E, _>(E::delete_many(), id, version).into_query();
        one_row(self.tx.execute(&delete).await.map_err(store_error)?.rows_affected())
    }

    /// Changes all rows of the organization for which `condition` holds.
    pub async fn change_all<E: TenantOwned>(
        &self,
        changes: impl IntoIterator<Item = (E::Column, Expr)>,
        condition: Condition,
    ) -> Result<()> {
        let own = E::tenant_column().eq(self.tenant());
        let rows = E::update_many().filter(own).filter(condition);
        let update = changes.into_iter().fold(rows, |rows, (column, to)| rows.col_expr(column, to));
        self.tx.execute(&update.into_query()).await.map_err(store_error)?;
        Ok(())
    }

    /// Runs what sea-orm cannot say. In `sql`, `$1` is the organization.
    pub async fn ask(&self, sql: &'static str, values: Vec<Value>) -> Result<Option<QueryResult>> {
        let values = std::iter::once(self.tenant().into()).chain(values);
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        self.tx.query_one_raw(statement).await.map_err(store_error)
    }

    /// Makes all of it last.
    pub async fn close(self) -> Result<()> {
        self.tx.commit().await.map_err(store_error)
    }

    fn own<E: TenantOwned, Q: QueryFilter>(&self, query: Q, id: Uuid, version: Version) -> Q {
        query
            .filter(E::tenant_column().eq(self.tenant()))
            .filter(E::id_column().eq(id))
            .filter(E::version_column().eq(version.number()))
    }
}

fn one_row(affected: u64) -> Result<()> {
    if affected == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

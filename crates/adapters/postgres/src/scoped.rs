//! The only access to an organization's rows.

use std::sync::Arc;

use async_trait::async_trait;
use plinth_domain::{OrganizationId, Principal, TenantScope, Timestamp, Version};
use plinth_ports::{Batch, Result, StoreError};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel,
    Iterable, QueryFilter, QueryTrait, Value,
    sea_query::{Expr, InsertStatement, IntoIden, IntoTableRef, OnConflict, Query},
};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{
    connection::{KeyUse, Statements, Work},
    row::{FromRow, Row, Table},
    sql::{Sql, Text},
};

mod found;
mod locked;
mod searched;
mod select;
pub use found::Places;
pub(crate) use found::places;
pub use select::Scoped;

/// A table whose every row belongs to one organization.
pub trait TenantOwned: Table {
    /// The column of the organization.
    fn tenant_column() -> Self::Column;
    /// The column of the identity.
    fn id_column() -> Self::Column;
    /// The column of the version.
    fn version_column() -> Self::Column;
    /// The texts of its most frequent statements.
    fn texts() -> &'static Texts;
}

/// Implements [`TenantOwned`] for the entity of this module. With `related`, the module declares
/// its own `Relation`.
macro_rules! tenant_table {
    () => {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        $crate::scoped::tenant_table!(related);
    };
    (related) => {
        $crate::scoped::tenant_table!(related by OrganizationId);
    };
    (related by $tenant:ident) => {
        $crate::row::table!(related);

        impl $crate::scoped::TenantOwned for Entity {
            fn tenant_column() -> Column {
                Column::$tenant
            }
            fn id_column() -> Column {
                Column::Id
            }
            fn version_column() -> Column {
                Column::Version
            }
            fn texts() -> &'static $crate::scoped::Texts {
                static TEXTS: $crate::scoped::Texts = $crate::scoped::Texts::new();
                &TEXTS
            }
        }
    };
}
pub(crate) use tenant_table;

/// A table without an organization, which every organization may read.
pub trait Shared: Table {}

/// The statements of one table whose text never varies.
#[derive(Debug, Default)]
pub struct Texts {
    find: Text,
    insert: Text,
}

impl Texts {
    pub const fn new() -> Self {
        Self { find: Text::new(), insert: Text::new() }
    }
}

/// A transaction on one organization's rows. It does not expose the raw
/// transaction.
#[derive(Debug)]
pub struct ScopedTx {
    tx: Work,
    scope: TenantScope,
    /// The time of the last idempotency claim: replies that had expired by then
    /// may be replaced.
    pub(crate) claimed_at: Option<Timestamp>,
    /// The use of an idempotency key that was locked when the transaction began, and whether the lock
    /// was free.
    locked: Option<(Arc<KeyUse>, bool)>,
}

impl ScopedTx {
    pub const fn new(tx: Work, scope: TenantScope) -> Self {
        Self { tx, scope, claimed_at: None, locked: None }
    }

    /// With the use of an idempotency key that was locked, and whether the lock was free.
    pub const fn with_key(
        tx: Work,
        scope: TenantScope,
        locked: Option<(Arc<KeyUse>, bool)>,
    ) -> Self {
        Self { tx, scope, claimed_at: None, locked }
    }

    pub const fn organization(&self) -> OrganizationId {
        self.scope.organization()
    }

    pub const fn scope(&self) -> TenantScope {
        self.scope
    }

    pub const fn principal(&self) -> Principal {
        self.scope.principal()
    }

    fn tenant(&self) -> Uuid {
        self.organization().uuid()
    }

    /// Selects rows of the organization.
    pub fn select<E: TenantOwned>(&mut self) -> Scoped<'_, E> {
        let tenant = self.tenant();
        Scoped::new(&mut self.tx, tenant, E::find().filter(E::tenant_column().eq(tenant)))
    }

    /// Selects rows that no organization owns.
    pub fn select_shared<E: Shared>(&mut self) -> Scoped<'_, E> {
        let tenant = self.tenant();
        Scoped::new(&mut self.tx, tenant, E::find())
    }

    /// Finds a row of the organization.
    pub async fn find<T: FromRow<Entity: TenantOwned>>(&mut self, id: Uuid) -> Result<Option<T>> {
        let tenant = self.tenant();
        let sql = T::Entity::texts().find.with(vec![tenant.into(), id.into()], || {
            let own = T::Entity::find().filter(T::Entity::tenant_column().eq(tenant));
            own.filter(T::Entity::id_column().eq(id)).into_query()
        });
        let row = self.tx.row(sql).await?;
        row.map(|row| T::from_row(&Row::new(&row))).transpose()
    }

    /// Inserts a row of the organization.
    pub async fn add<A>(&mut self, row: A) -> Result<()>
    where
        A: ActiveModelTrait<Entity: TenantOwned> + ActiveModelBehavior + Send,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        let mut row = self.stamped(row);
        let columns = || <A::Entity as EntityTrait>::Column::iter();
        if columns().all(|column| !row.is_not_set(column)) {
            let values = columns().filter_map(|column| row.take(column).into_value()).collect();
            let sql = A::Entity::texts().insert.with(values, || {
                let blanks = columns().map(|column| column.save_as(Expr::val(0)));
                inserting(A::Entity::default(), columns(), blanks)
            });
            return self.tx.add(sql).await;
        }
        let sql = Sql::from(<A::Entity as EntityTrait>::insert(row).as_query());
        self.tx.execute(sql).await.map(drop)
    }

    /// Inserts rows of the organization by a hand-written `INSERT` that selects their values. In `sql`,
    /// `$1` is the organization.
    pub async fn insert_rows(&mut self, sql: &'static str, rest: Vec<Value>) -> Result<()> {
        let values = std::iter::once(self.tenant().into()).chain(rest).collect();
        self.tx.add(Sql::fixed(sql, values)).await
    }

    /// Changes rows by the last of the queries that `sql` lists, which is called `changed#`. It changes
    /// one row, or the unit is refused with [`StoreError::Stale`], at the latest by the commit. The
    /// queries depend on `(SELECT is_set FROM scope)`, their names end with `#`, which stands for a
    /// number, `$1` is the organization, and `$2` the row that is locked first.
    pub async fn change(&mut self, sql: &'static str, rest: Vec<Value>) -> Result<()> {
        let values = std::iter::once(self.tenant().into()).chain(rest).collect();
        self.tx.change(Sql::fixed(sql, values)).await
    }

    /// Inserts a row, or applies `conflict`. Returns the number of written rows.
    pub async fn add_or<A>(&mut self, row: A, conflict: OnConflict) -> Result<u64>
    where
        A: ActiveModelTrait<Entity: TenantOwned> + ActiveModelBehavior + Send,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        let insert = <A::Entity as EntityTrait>::insert(self.stamped(row)).on_conflict(conflict);
        self.tx.execute(Sql::from(insert.as_query())).await
    }

    /// Updates the row; [`StoreError::Stale`] unless its stored version is
    /// `previous`.
    pub async fn save<A>(&mut self, mut row: A, id: Uuid, previous: Version) -> Result<()>
    where
        A: ActiveModelTrait<Entity: TenantOwned> + Send,
    {
        row.not_set(A::Entity::tenant_column());
        row.not_set(A::Entity::id_column());
        let update = <A::Entity as EntityTrait>::update_many().set(row);
        let update = self.own::<A::Entity, _>(update, id, previous);
        one_row(self.tx.execute(Sql::from(update.as_query())).await?)
    }

    /// Removes the row; [`StoreError::Stale`] unless this version is stored.
    pub async fn remove<E: TenantOwned>(&mut self, id: Uuid, version: Version) -> Result<()> {
        let delete = self.own::<E, _>(E::delete_many(), id, version);
        one_row(self.tx.execute(Sql::from(delete.as_query())).await?)
    }

    /// Removes all rows of the organization that match `condition`.
    pub async fn remove_all<E: TenantOwned>(&mut self, condition: Condition) -> Result<()> {
        let own = E::tenant_column().eq(self.tenant());
        let delete = E::delete_many().filter(own).filter(condition);
        self.tx.execute(Sql::from(delete.as_query())).await.map(drop)
    }

    /// Runs a hand-written statement, and returns the number of written rows. In `sql`, `$1` is the
    /// organization.
    pub async fn write(&mut self, sql: &'static str, rest: Vec<Value>) -> Result<u64> {
        let values = std::iter::once(self.tenant().into()).chain(rest).collect();
        self.tx.execute(Sql::fixed(sql, values)).await
    }

    /// Runs a hand-written statement for one row. In `sql`, `$1` is the
    /// organization.
    pub async fn ask(&mut self, sql: &'static str, rest: Vec<Value>) -> Result<Option<PgRow>> {
        let values = std::iter::once(self.tenant().into()).chain(rest).collect();
        self.tx.row(Sql::fixed(sql, values)).await
    }

    /// The same as [`ScopedTx::ask`] for the rows up to `bytes`.
    pub async fn ask_within<T: Send>(
        &mut self,
        sql: &'static str,
        rest: Vec<Value>,
        bytes: usize,
        read: impl Fn(&PgRow) -> Result<T> + Send + Sync,
    ) -> Result<Batch<T>> {
        let values = std::iter::once(self.tenant().into()).chain(rest).collect();
        self.tx.within(Sql::fixed(sql, values), bytes, read).await
    }

    /// Runs a statement that names the organization itself.
    pub(crate) async fn execute(&mut self, sql: Sql) -> Result<u64> {
        self.tx.execute(sql).await
    }

    fn stamped<A: ActiveModelTrait<Entity: TenantOwned>>(&self, mut row: A) -> A {
        row.set(A::Entity::tenant_column(), self.tenant().into());
        row
    }

    fn own<E: TenantOwned, Q: QueryFilter>(&self, query: Q, id: Uuid, version: Version) -> Q {
        query
            .filter(E::tenant_column().eq(self.tenant()))
            .filter(E::id_column().eq(id))
            .filter(E::version_column().eq(version.number()))
    }
}

#[async_trait]
impl plinth_ports::Transaction for ScopedTx {
    fn now(&self) -> Timestamp {
        self.tx.now()
    }
    async fn commit(self: Box<Self>) -> Result<()> {
        self.tx.commit().await
    }
    async fn rollback(self: Box<Self>) {
        self.tx.rollback().await;
    }
}

/// An `INSERT` of one row that selects its values. `values` are as many as `columns`.
fn inserting<C: IntoIden>(
    table: impl IntoTableRef,
    columns: impl IntoIterator<Item = C>,
    values: impl IntoIterator<Item = Expr>,
) -> InsertStatement {
    let mut insert = Query::insert();
    let values = Query::select().exprs(values).take();
    // An error would say that the values are more or fewer.
    let _ = insert.into_table(table).columns(columns).select_from(values);
    insert
}

fn one_row(affected: u64) -> Result<()> {
    if affected == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

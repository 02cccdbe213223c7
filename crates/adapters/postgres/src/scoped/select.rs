use plinth_ports::{Batch, PAGE_BYTES, Result};
use sea_orm::{
    EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationDef, Select,
    sea_query::{Expr, ExprTrait, IntoCondition, SelectStatement},
};
use sqlx::Row as _;
use uuid::Uuid;

use super::TenantOwned;
use crate::{
    connection::{Statements, Work},
    row::{self, FromRow, Row, Table},
    sql::Sql,
};

/// A `Select` that is restricted to the organization's rows. It has sea-orm's methods for filters,
/// joins and orders, none of which extends the selection.
#[derive(Debug)]
pub struct Scoped<'t, E: EntityTrait> {
    tx: &'t mut Work,
    tenant: Uuid,
    select: Select<E>,
}

impl<'t, E: Table> Scoped<'t, E> {
    pub(super) const fn new(tx: &'t mut Work, tenant: Uuid, select: Select<E>) -> Self {
        Self { tx, tenant, select }
    }

    /// Joins the organization's rows of `F`, and selects them, too.
    pub fn with_own<F: TenantOwned>(self, kind: JoinType, relation: RelationDef) -> Self {
        let tenant = self.tenant;
        let own = relation.on_condition(move |_, other| {
            Expr::col((other, F::tenant_column())).eq(tenant).into_condition()
        });
        row::join::<F, _>(self, kind, own)
    }

    /// The row, if there is one.
    pub async fn one<T: FromRow<Entity = E>>(self) -> Result<Option<T>> {
        // Without sea-orm's LIMIT: the conditions select a unique row.
        let row = self.tx.row(Sql::from(self.select.as_query())).await?;
        row.map(|row| T::from_row(&Row::new(&row))).transpose()
    }

    /// All rows.
    pub async fn all<T: FromRow<Entity = E>>(self) -> Result<Vec<T>> {
        let rows = self.tx.rows(Sql::from(self.select.as_query())).await?;
        rows.iter().map(|row| T::from_row(&Row::new(row))).collect()
    }

    /// The rows up to the size of a page.
    pub async fn of_page<T: FromRow<Entity = E> + Send>(self) -> Result<Batch<T>> {
        let sql = Sql::from(self.select.as_query());
        self.tx.within(sql, PAGE_BYTES, |row| T::from_row(&Row::new(row))).await
    }

    /// The number of rows.
    pub async fn count(self) -> Result<u64> {
        let counted = self.select_only().expr(Expr::cust("count(*)"));
        let row = counted.tx.row(Sql::from(counted.select.as_query())).await?;
        let count: i64 = row.and_then(|row| row.try_get(0).ok()).unwrap_or_default();
        Ok(count.unsigned_abs())
    }
}

impl<E: EntityTrait> QuerySelect for Scoped<'_, E> {
    type QueryStatement = SelectStatement;

    fn query(&mut self) -> &mut SelectStatement {
        QuerySelect::query(&mut self.select)
    }
}

impl<E: EntityTrait> QueryFilter for Scoped<'_, E> {
    type QueryStatement = SelectStatement;

    fn query(&mut self) -> &mut SelectStatement {
        QueryFilter::query(&mut self.select)
    }
}

impl<E: EntityTrait> QueryOrder for Scoped<'_, E> {
    type QueryStatement = SelectStatement;

    fn query(&mut self) -> &mut SelectStatement {
        QueryOrder::query(&mut self.select)
    }
}

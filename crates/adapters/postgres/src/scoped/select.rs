use plinth_ports::{Batch, PAGE_BYTES, Result};
use sea_orm::{
    EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationDef, Select,
    sea_query::{Alias, Expr, ExprTrait, IntoCondition, Query, SelectStatement},
};
use sqlx::{Row as _, postgres::PgRow};
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

    /// The number of rows, of which at most `most` are counted.
    pub async fn count_up_to(self, most: u64) -> Result<u64> {
        let rows = self.select_only().expr(Expr::val(1)).limit(most);
        let mut counted = Query::select();
        counted.expr(Expr::cust("count(*)"));
        counted.from_subquery(rows.select.into_query(), Alias::new("counted"));
        rows.tx.row(Sql::from(&counted)).await.map(number)
    }

    /// The number of rows.
    pub async fn count(self) -> Result<u64> {
        let counted = self.select_only().expr(Expr::cust("count(*)"));
        counted.tx.row(Sql::from(counted.select.as_query())).await.map(number)
    }
}

fn number(row: Option<PgRow>) -> u64 {
    row.and_then(|row| row.try_get::<i64, _>(0).ok()).unwrap_or_default().unsigned_abs()
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

use ports::Result;
use sea_orm::{
    ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationDef, Select,
    sea_query::{Expr, ExprTrait, IntoCondition, SelectStatement},
};
use uuid::Uuid;

use super::TenantOwned;
use crate::{connection::Transaction, error::store_error};

/// A question for rows that already asks for the organization's only. All that
/// sea-orm says about a `Select` can be said about it; more conditions narrow
/// it, and none widens it.
#[derive(Debug)]
pub struct Scoped<'t, E: EntityTrait> {
    tx: &'t Transaction,
    tenant: Uuid,
    select: Select<E>,
}

impl<'t, E: EntityTrait> Scoped<'t, E> {
    pub(super) const fn new(tx: &'t Transaction, tenant: Uuid, select: Select<E>) -> Self {
        Self { tx, tenant, select }
    }

    /// The row, where there is one.
    pub async fn one(self) -> Result<Option<E::Model>> {
        // Without sea-orm's LIMIT: what is asked for here is unique.
        let row = self.tx.query_one(self.select.as_query()).await.map_err(store_error)?;
        row.map(|row| E::Model::from_query_result(&row, "").map_err(store_error)).transpose()
    }

    /// The row as a projection of its own.
    pub async fn one_as<M: FromQueryResult>(self) -> Result<Option<M>> {
        let row = self.tx.query_one(self.select.as_query()).await.map_err(store_error)?;
        row.map(|row| M::from_query_result(&row, "").map_err(store_error)).transpose()
    }

    /// Every row.
    pub async fn all(self) -> Result<Vec<E::Model>> {
        self.all_as().await
    }

    /// Every row as a projection of its own.
    pub async fn all_as<M: FromQueryResult>(self) -> Result<Vec<M>> {
        let rows = self.tx.query_all(self.select.as_query()).await.map_err(store_error)?;
        rows.iter().map(|row| M::from_query_result(row, "").map_err(store_error)).collect()
    }

    /// How many rows there are.
    pub async fn count(self) -> Result<u64>
    where
        E: TenantOwned,
    {
        let counted = self.select_only().column_as(Expr::cust("count(*)"), "count");
        let count = counted.one_as::<Count>().await?.map_or(0, |count| count.count);
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Every row, each with the organization's own row of `F` where it has one.
    pub async fn all_with<F: TenantOwned>(
        self,
        relation: RelationDef,
    ) -> Result<Vec<(E::Model, Option<F::Model>)>> {
        let tenant = self.tenant;
        let own = relation.on_condition(move |_, other| {
            Expr::col((other, F::tenant_column())).eq(tenant).into_condition()
        });
        let select = self.select.join(JoinType::LeftJoin, own).select_also(F::default());
        select.all(self.tx).await.map_err(store_error)
    }
}

#[derive(Debug, FromQueryResult)]
struct Count {
    count: i64,
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

//! Work across organizations: logging in, finding credentials, cleaning up.

use ports::Result;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, EntityTrait, FromQueryResult,
    IntoActiveModel, QueryTrait, Select, Statement, sea_query::UpdateStatement,
};

use crate::{
    connection::Transaction,
    entity::{api_key, invitation, membership, organization, session, user},
    error::store_error,
};

mod admission;
mod store;
mod sweep;
mod unit;

/// A table that the system scope reads across organizations. Business records
/// are none of them, and the database would not show them either.
pub trait AcrossTenants: EntityTrait {}

impl AcrossTenants for api_key::Entity {}
impl AcrossTenants for invitation::Entity {}
impl AcrossTenants for membership::Entity {}
impl AcrossTenants for organization::Entity {}
impl AcrossTenants for session::Entity {}
impl AcrossTenants for user::Entity {}

/// A transaction across organizations: the only owner of the raw one.
#[derive(Debug)]
pub struct SystemTx {
    tx: Transaction,
}

impl SystemTx {
    pub const fn new(tx: Transaction) -> Self {
        Self { tx }
    }

    /// The row that is asked for, where there is one.
    async fn one<E: AcrossTenants>(&self, select: Select<E>) -> Result<Option<E::Model>> {
        let row = self.tx.query_one(select.as_query()).await.map_err(store_error)?;
        row.map(|row| E::Model::from_query_result(&row, "").map_err(store_error)).transpose()
    }

    /// The rows that are asked for, each with the row of `F` it was joined with.
    async fn pairs<E: AcrossTenants, F: AcrossTenants>(
        &self,
        select: Select<E>,
    ) -> Result<Vec<(E::Model, Option<F::Model>)>> {
        select.select_also(F::default()).all(&self.tx).await.map_err(store_error)
    }

    /// Adds a row.
    async fn add<A>(&self, row: A) -> Result<()>
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        let insert = <A::Entity as EntityTrait>::insert(row).into_query();
        self.tx.execute(&insert).await.map_err(store_error)?;
        Ok(())
    }

    /// Runs an update, and answers how many rows it changed.
    async fn update(&self, update: UpdateStatement) -> Result<u64> {
        Ok(self.tx.execute(&update).await.map_err(store_error)?.rows_affected())
    }

    async fn execute(&self, statement: Statement) -> Result<u64> {
        Ok(self.tx.execute_raw(statement).await.map_err(store_error)?.rows_affected())
    }

    async fn close(self) -> Result<()> {
        self.tx.commit().await.map_err(store_error)
    }
}

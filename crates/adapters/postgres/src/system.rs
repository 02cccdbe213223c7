//! Operations across organizations: logging in, finding credentials, removing expired rows.
//!
//! Work on the rows of many organizations has two steps. *Who* reads without locks which rows there
//! are. *Act* locks and writes, and every act names the organizations in its parameters, so that
//! their rows may be on several servers.

use plinth_ports::{Result, StoreError};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, EntityTrait, IntoActiveModel, QueryTrait, Select,
    UpdateMany, Value,
};
use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

use crate::{
    connection::{Statements, Work},
    records::{
        api_keys, invitations, jobs, journal, members, organization_domains, organizations, roles,
        secrets, sessions, sso_connections, support_access, support_sessions, uploads, users,
    },
    row::{FromRow, Row, Table},
    sql::Sql,
};

mod admission;
mod avatars;
mod cell;
mod changes;
mod execution_leases;
mod identities;
mod operator_log;
mod operators;
mod queue;
mod retention;
mod secret_keys;
mod sequencer;
mod sso_logins;
mod storage_ledger;
mod store;
mod support;
mod sweep;
mod token;
mod unit;
mod usage;
mod webhook_queue;

pub use queue::PgJobQueue;

/// The parameters of a list, `unnest($1::uuid[], $2::uuid[])`, from rows of an organization and an
/// identity.
fn listed(rows: &[PgRow]) -> Result<[Value; 2]> {
    let pair = |row: &PgRow| Ok((row.try_get::<Uuid, _>(0)?, row.try_get::<Uuid, _>(1)?));
    let pairs = rows.iter().map(pair).collect::<sqlx::Result<Vec<_>>>();
    let (organizations, ids): (Vec<_>, Vec<_>) =
        pairs.map_err(|error| StoreError::Other(error.into()))?.into_iter().unzip();
    Ok([organizations.into(), ids.into()])
}

/// A table that the system scope reads across organizations. Business records are not readable
/// across organizations, and row level security would hide their rows.
pub trait AcrossTenants: Table {}

impl AcrossTenants for api_keys::Entity {}
impl AcrossTenants for invitations::Entity {}
impl AcrossTenants for jobs::Entity {}
impl AcrossTenants for members::Entity {}
impl AcrossTenants for organization_domains::Entity {}
impl AcrossTenants for organizations::Entity {}
impl AcrossTenants for roles::Entity {}
impl AcrossTenants for secrets::Entity {}
impl AcrossTenants for sessions::Entity {}
impl AcrossTenants for support_access::Entity {}
impl AcrossTenants for support_sessions::Entity {}
impl AcrossTenants for sso_connections::Entity {}
impl AcrossTenants for uploads::Entity {}
impl AcrossTenants for users::Entity {}

/// A table that the system scope inserts into.
pub trait AddedBySystem: EntityTrait {}

impl AddedBySystem for journal::Entity {}
impl AddedBySystem for members::Entity {}
impl AddedBySystem for organizations::Entity {}
impl AddedBySystem for sessions::Entity {}
impl AddedBySystem for support_sessions::Entity {}
impl AddedBySystem for users::Entity {}

/// Statements across organizations. It does not expose the raw transaction.
#[derive(Debug)]
pub struct SystemTx {
    tx: Work,
}

impl SystemTx {
    pub const fn new(tx: Work) -> Self {
        Self { tx }
    }

    /// The selected row, if there is one.
    async fn one<T: FromRow<Entity: AcrossTenants>>(
        &mut self,
        select: Select<T::Entity>,
    ) -> Result<Option<T>> {
        self.row(Sql::from(select.as_query())).await
    }

    async fn row<T: FromRow<Entity: AcrossTenants>>(&mut self, sql: Sql) -> Result<Option<T>> {
        let row = self.tx.row(sql).await?;
        row.map(|row| T::from_row(&Row::new(&row))).transpose()
    }

    /// The selected rows.
    async fn all<T: FromRow<Entity: AcrossTenants>>(
        &mut self,
        select: Select<T::Entity>,
    ) -> Result<Vec<T>> {
        let rows = self.tx.rows(Sql::from(select.as_query())).await?;
        rows.iter().map(|row| T::from_row(&Row::new(row))).collect()
    }

    /// Inserts a row.
    async fn add<A>(&mut self, row: A) -> Result<()>
    where
        A: ActiveModelTrait<Entity: AddedBySystem> + ActiveModelBehavior + Send,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        let insert = <A::Entity as EntityTrait>::insert(row);
        self.execute(Sql::from(insert.as_query())).await.map(drop)
    }

    /// Runs an update, and returns the number of changed rows.
    async fn update<E: AcrossTenants>(&mut self, update: UpdateMany<E>) -> Result<u64> {
        self.execute(Sql::from(update.as_query())).await
    }

    async fn rows(&mut self, sql: Sql) -> Result<Vec<PgRow>> {
        self.tx.rows(sql).await
    }

    async fn execute(&mut self, sql: Sql) -> Result<u64> {
        self.tx.execute(sql).await
    }

    async fn close(self) -> Result<()> {
        self.tx.commit().await
    }
}

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

use super::{
    Error,
    tables::{self, Table},
};

/// So that both sides write a value in the same way, and a large table has its time.
const SETTINGS: &str = "SET TIME ZONE 'UTC'; SET datestyle = 'ISO'; SET extra_float_digits = 1;
    SET bytea_output = 'hex'; SET search_path = public; SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '30s'; SET client_min_messages = warning";

const OWNER: &str = "SELECT quote_ident(tableowner::text) FROM pg_tables
    WHERE schemaname = 'public' AND tablename = 'organizations'";

/// A transaction of the owner's role within one organization's tenancy.
#[derive(Debug)]
pub struct Session(PgConnection);

impl Session {
    /// It sees one moment, and changes nothing.
    pub async fn reading(admin_url: &str, organization: Uuid) -> Result<Self, Error> {
        let mode = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
        Self::open(admin_url, organization, false, mode).await
    }

    /// Neither triggers nor foreign keys act on what it writes.
    pub async fn writing(admin_url: &str, organization: Uuid) -> Result<Self, Error> {
        Self::open(admin_url, organization, true, "BEGIN").await
    }

    /// Foreign keys hold.
    pub async fn checked(admin_url: &str, organization: Uuid) -> Result<Self, Error> {
        Self::open(admin_url, organization, false, "BEGIN").await
    }

    async fn open(
        admin_url: &str,
        organization: Uuid,
        is_copying: bool,
        begin: &'static str,
    ) -> Result<Self, Error> {
        let connect = Error::sql("connecting");
        let mut connection = PgConnection::connect(admin_url).await.map_err(connect)?;
        let doing = || Error::sql("preparing a session of the owner's role");
        connection.execute(SETTINGS).await.map_err(doing())?;
        if is_copying {
            // Before the role is taken on, which has no right to it.
            let replica = connection.execute("SET session_replication_role = replica").await;
            replica.map_err(Error::Replica)?;
        }
        let owner: String =
            sqlx::query_scalar(OWNER).fetch_one(&mut connection).await.map_err(doing())?;
        let tenancy = format!(
            "SET ROLE {owner}; {begin};
             SELECT set_config('app.organization_id', '{organization}', true)"
        );
        connection.execute(AssertSqlSafe(tenancy)).await.map_err(doing())?;
        Ok(Self(connection))
    }

    /// Reaches accounts, which belong to no organization, until it is called with `false`.
    pub async fn reach_accounts(&mut self, reach: bool) -> Result<(), Error> {
        let scope = if reach { "system" } else { "" };
        let set = format!("SELECT set_config('app.scope', '{scope}', true)");
        self.run("changing the scope", set).await.map(drop)
    }

    pub const fn connection(&mut self) -> &mut PgConnection {
        &mut self.0
    }

    /// The status of the organization, which stays until commit; `None` when it does not exist.
    pub async fn status(&mut self, organization: Uuid) -> Result<Option<String>, Error> {
        let status =
            sqlx::query_scalar("SELECT status FROM organizations WHERE id = $1 FOR UPDATE");
        let status = status.bind(organization).fetch_optional(&mut self.0).await;
        status.map_err(Error::sql("looking for the organization"))
    }

    pub async fn tables(&mut self) -> Result<Vec<Table>, Error> {
        tables::of_tenants(&mut self.0).await
    }

    pub async fn run(&mut self, doing: &str, sql: String) -> Result<u64, Error> {
        let done = self.0.execute(AssertSqlSafe(sql)).await.map_err(Error::sql(doing))?;
        Ok(done.rows_affected())
    }

    pub async fn commit(mut self) -> Result<(), Error> {
        self.run("committing", "COMMIT".to_owned()).await.map(drop)
    }
}

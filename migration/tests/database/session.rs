//! Connections for the tests.

use plinth_migration::Options;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions,
};
use uuid::Uuid;

/// Options with the names of the roles that the tests' databases share.
pub fn options() -> Options {
    Options {
        owner_role: Some("plinth_owner".to_owned()),
        backup_role: Some("plinth_backup".to_owned()),
        ..Options::default()
    }
}

/// A connection of the admin, who bypasses row level security.
pub async fn admin(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap()
}

/// A connection like the application's: with the admin's login and the role `plinth_app`.
pub async fn application(url: &str) -> PgConnection {
    let options: PgConnectOptions = url.parse().unwrap();
    options.options([("role", "plinth_app")]).connect().await.unwrap()
}

/// Begins a transaction of one organization.
pub async fn begin_tenant(connection: &mut PgConnection, organization: Uuid) {
    run(
        connection,
        &format!("BEGIN; SELECT set_config('app.organization_id', '{organization}', true)"),
    )
    .await
    .unwrap();
}

/// Begins a transaction across organizations.
pub async fn begin_system(connection: &mut PgConnection) {
    run(connection, "BEGIN; SELECT set_config('app.scope', 'system', true)").await.unwrap();
}

/// Runs statements and returns the number of affected rows.
pub async fn run(connection: &mut PgConnection, sql: &str) -> sqlx::Result<u64> {
    connection.execute(AssertSqlSafe(sql.to_owned())).await.map(|done| done.rows_affected())
}

/// The single number that `sql` selects.
pub async fn number(connection: &mut PgConnection, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(connection).await.unwrap()
}

/// The SQLSTATE of a failed statement.
pub fn refusal<T: std::fmt::Debug>(result: sqlx::Result<T>) -> String {
    match result {
        Err(sqlx::Error::Database(error)) => error.code().expect("a SQLSTATE").into_owned(),
        other => panic!("the server should have refused, but: {other:?}"),
    }
}

/// SQLSTATE `insufficient_privilege`: a missing grant, or a row that a policy refuses.
pub const DENIED: &str = "42501";
/// SQLSTATE `foreign_key_violation`.
pub const NO_PARENT: &str = "23503";

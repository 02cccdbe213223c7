//! Connections as the tests need them.

use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions,
};
use uuid::Uuid;

/// Connected as the admin, whom row level security does not bind.
pub async fn admin(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap()
}

/// Connected as the application is: through the admin's login, acting as `plinth_app`.
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

/// Runs statements; the number of rows they touched.
pub async fn run(connection: &mut PgConnection, sql: &str) -> sqlx::Result<u64> {
    connection.execute(AssertSqlSafe(sql.to_owned())).await.map(|done| done.rows_affected())
}

/// The single number that `sql` selects.
pub async fn number(connection: &mut PgConnection, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(connection).await.unwrap()
}

/// The SQLSTATE with which the server refused.
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

//! The private PostgreSQL of a checkout.

use std::path::PathBuf;

use plinth_local_servers::{Postgres, PostgresOptions, home};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::task::spawn_blocking;

use crate::{failure::Result, terminal};

/// The name of its database.
const DATABASE: &str = "plinth";

/// The directory of its data. Creates the parent directory.
pub(crate) fn directory() -> std::result::Result<PathBuf, plinth_local_servers::Error> {
    Ok(home()?.join("postgres"))
}

/// Whether its cluster exists.
pub(crate) fn exists() -> std::result::Result<bool, plinth_local_servers::Error> {
    Ok(directory()?.join("cluster").is_dir())
}

/// Starts it, or shares a running one, and returns the URL of its database.
pub(crate) async fn start() -> Result<(Postgres, String)> {
    // On a blocking thread, so that this one handles Ctrl-C. If the future is dropped before the
    // server is up, dropping the server stops it.
    let postgres = spawn_blocking(|| {
        let mut options = PostgresOptions::new(directory()?);
        options.progress = terminal::step;
        Postgres::start(options)
    })
    .await??;
    make_database(&postgres).await?;
    let url = postgres.url(DATABASE);
    Ok((postgres, url))
}

async fn make_database(postgres: &Postgres) -> std::result::Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(&postgres.url("postgres")).await?;
    if !is_there(&mut connection).await? {
        let create = AssertSqlSafe(format!("CREATE DATABASE {DATABASE}"));
        if let Err(error) = connection.execute(create).await
            // A concurrent command may have created it.
            && !is_there(&mut connection).await?
        {
            return Err(error);
        }
    }
    connection.close().await
}

async fn is_there(connection: &mut PgConnection) -> std::result::Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(DATABASE)
        .fetch_one(connection)
        .await
}

//! The connection of a run, and the lock that allows one run at a time.

use std::{
    io,
    time::{Duration, Instant},
};

use sea_orm_migration::sea_orm::{DatabaseConnection, SqlxPostgresConnector};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgPool, SqlSafeStr, SqlStr,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use tokio::time::timeout;

use crate::{Error, Options};

/// The key of the advisory lock: "Plinth" in ASCII.
const LOCK: i64 = 0x506c_696e_7468;

/// How long the server may take to answer. The system would wait for minutes for a host that is not
/// there.
const CONNECT: Duration = Duration::from_secs(15);

/// The interval at which a waiting run tries the lock.
const POLL: Duration = Duration::from_millis(100);

/// A connection as the admin. Its role, its settings and the lock end with it, so the pool has
/// exactly one connection and never replaces it.
pub struct Session {
    pool: PgPool,
}

impl Session {
    /// Connects without taking the lock, which is enough for reads.
    pub async fn connect(admin_url: &str, options: &Options) -> Result<Self, Error> {
        let connection = admin_url
            .parse::<PgConnectOptions>()
            .map_err(Error::Url)?
            .application_name("plinth-migration")
            // Poolers refuse this one.
            .extra_float_digits(None)
            // One of the statements holds a password.
            .disable_statement_logging();
        let settings = settings(options);
        // The pool would retry for 30 s and then hide the reason. This fails at once with it.
        let probe = timeout(CONNECT, connection.connect()).await;
        let late = |_| sqlx::Error::Io(io::ErrorKind::TimedOut.into());
        let probe = probe.map_err(late).flatten().map_err(Error::Connect)?;
        probe.close().await.map_err(Error::Connect)?;
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .after_connect(move |connection, _| {
                let settings = sqlx::raw_sql(settings.clone());
                Box::pin(async move { connection.execute(settings).await.map(drop) })
            })
            .connect_with(connection)
            .await
            .map_err(Error::Connect)?;
        Ok(Self { pool })
    }

    /// Waits until no other run works on this database, at most `wait`.
    ///
    /// It polls instead of queueing: `lock_timeout`, which is meant for tables, would end a queued
    /// request.
    pub async fn lock(&self, wait: Duration) -> Result<(), Error> {
        let started = Instant::now();
        loop {
            let locked: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
                .bind(LOCK)
                .fetch_one(&self.pool)
                .await
                .map_err(|source| Error::Prepare { doing: "taking the migration lock", source })?;
            if locked {
                return Ok(());
            }
            let waited = started.elapsed();
            if waited >= wait {
                return Err(Error::Locked { waited });
            }
            tracing::debug!("another migration is running, waiting");
            tokio::time::sleep(POLL.min(wait.saturating_sub(waited))).await;
        }
    }

    /// The connection, for SQL with parameters.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The same connection, in the type that the steps need.
    pub fn database(&self) -> DatabaseConnection {
        SqlxPostgresConnector::from_sqlx_postgres_pool(self.pool.clone())
    }

    /// Ends the connection, and the lock with it. It is given back before, because a pooler may keep
    /// the server's session.
    pub async fn close(self) {
        if let Err(error) = self.pool.execute("SELECT pg_advisory_unlock_all()").await {
            tracing::debug!(%error, "the lock ends with the connection");
        }
        self.pool.close().await;
    }
}

/// Makes the settings of the session: in the start-up message, a pooler would drop them.
fn settings(options: &Options) -> SqlStr {
    let lock_timeout = options.lock_timeout.as_millis();
    // Without the schema, one that is named like the role would get the tables.
    AssertSqlSafe(format!(
        "SET lock_timeout = {lock_timeout}; SET search_path = public; \
         SET client_min_messages = warning"
    ))
    .into_sql_str()
}

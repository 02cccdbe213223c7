use std::{fmt, time::Duration};

use sqlx::{
    ConnectOptions, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

/// How to reach the database, and how long to wait for it.
#[derive(Clone, Copy)]
pub struct PoolOptions<'a> {
    /// `postgres://user:password@host:port/database?sslmode=verify-full`. TLS
    /// is as its `sslmode` says; `prefer` when it says nothing. It leads to the
    /// server itself, or to a pooler that keeps sessions: prepared statements
    /// and the settings of a connection must last.
    pub url: &'a str,
    /// The role that every connection works as, so that row level security
    /// binds it whoever logged in. Nothing happens when the login is that role.
    pub application_role: &'a str,
    /// What the database shows as the connections' name.
    pub application_name: &'a str,
    /// The most connections, 1 or more.
    pub max_connections: u32,
    /// How long a unit of work may wait for a connection, including a new one.
    pub acquire_timeout: Duration,
    /// How long one statement may run, waiting for locks included; zero for as
    /// long as it likes.
    pub statement_timeout: Duration,
    /// How long one statement may wait for a lock.
    pub lock_timeout: Duration,
    /// How long a transaction may lie open without a statement: what holds its
    /// locks must not be forgotten.
    pub idle_in_transaction_timeout: Duration,
    /// How long a connection may lie idle before it is closed.
    pub idle_timeout: Duration,
    /// How long a connection may live.
    pub max_lifetime: Duration,
}

impl fmt::Debug for PoolOptions<'_> {
    /// Without the URL: it holds a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolOptions")
            .field("application_role", &self.application_role)
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

/// The database's URL cannot be read. It is not repeated: it holds a password.
#[derive(Debug, thiserror::Error)]
#[error("the database URL is not of the form postgres://user:password@host:port/database")]
pub struct InvalidUrl(#[source] sqlx::Error);

impl<'a> PoolOptions<'a> {
    /// What suits an API server: 10 connections, 3 s to get one, statements of
    /// 5 s, locks of 2 s.
    #[must_use]
    pub const fn new(url: &'a str) -> Self {
        Self {
            url,
            application_role: "plinth_app",
            application_name: "plinth",
            max_connections: 10,
            acquire_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(5),
            lock_timeout: Duration::from_secs(2),
            idle_in_transaction_timeout: Duration::from_mins(1),
            idle_timeout: Duration::from_mins(10),
            max_lifetime: Duration::from_mins(30),
        }
    }

    /// How long an answer may take to arrive: longer than any statement may
    /// run, so that only a lost server or network exceeds it.
    pub(crate) const fn patience(&self) -> Duration {
        if self.statement_timeout.is_zero() {
            return Duration::MAX;
        }
        self.statement_timeout.saturating_add(Duration::from_secs(2))
    }

    /// A pool that connects when it is first asked to.
    pub(crate) fn pool(&self) -> Result<PgPool, InvalidUrl> {
        let milliseconds = |time: Duration| time.as_millis().to_string();
        let connection = self
            .url
            .parse::<PgConnectOptions>()
            .map_err(InvalidUrl)?
            .application_name(self.application_name)
            .options([
                ("role", self.application_role),
                ("statement_timeout", &milliseconds(self.statement_timeout)),
                ("lock_timeout", &milliseconds(self.lock_timeout)),
                (
                    "idle_in_transaction_session_timeout",
                    &milliseconds(self.idle_in_transaction_timeout),
                ),
                ("search_path", "public"),
                // Else a list of a large organization is planned anew each
                // time, at twice the cost of running it: its LIMIT makes the
                // general plan look dear. All plans here hang on indexes, not
                // on values.
                ("plan_cache_mode", "force_generic_plan"),
            ])
            // Spans say it all; see `trace`.
            .disable_statement_logging();
        Ok(PgPoolOptions::new()
            .max_connections(self.max_connections.max(1))
            .acquire_timeout(self.acquire_timeout)
            .idle_timeout(self.idle_timeout)
            .max_lifetime(self.max_lifetime)
            // A round trip for nothing: `Connections` opens another when one is dead.
            .test_before_acquire(false)
            .connect_lazy_with(connection))
    }
}

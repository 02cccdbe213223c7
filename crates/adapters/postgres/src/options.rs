use std::{fmt, sync::Arc, time::Duration};

use sqlx::{ConnectOptions, postgres::PgConnectOptions};

use crate::{
    connection::{Limits, Queue, Session},
    observer::Observer,
};

/// PostgreSQL's `plan_cache_mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanCacheMode {
    /// The server compares the costs. `LIMIT` makes the generic plan look expensive, so that the
    /// lists of a large organization are planned each time, at twice the cost of running them.
    Auto,
    /// A statement is planned once. All plans here depend on indexes, not on values.
    Generic,
    /// A statement is planned each time, with its values.
    Custom,
}

impl PlanCacheMode {
    const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Generic => "force_generic_plan",
            Self::Custom => "force_custom_plan",
        }
    }
}

/// The URL, the role and the timeouts of the connections.
#[derive(Clone)]
pub struct PoolOptions<'a> {
    /// `postgres://user:password@host:port/database?sslmode=verify-full`. Its
    /// `sslmode` is `prefer` by default. The server may be a pooler in session
    /// mode: prepared statements and session settings must persist.
    pub url: &'a str,
    /// The role that every connection sets, so that row level security applies
    /// to it with any login. It may be the role of the login itself.
    pub application_role: &'a str,
    /// The connections' `application_name`.
    pub application_name: &'a str,
    /// The maximum number of connections, 1 or more.
    pub max_connections: u32,
    /// The maximum number of connections that transactions of one organization hold at once; half
    /// as many more, at least one, are for its searches.
    pub connections_per_organization: u32,
    /// The timeout for getting a connection, opening a new one included.
    pub acquire_timeout: Duration,
    /// The timeout of a statement, waiting for locks included; zero for none.
    pub statement_timeout: Duration,
    /// The timeout of waiting for a lock.
    pub lock_timeout: Duration,
    /// The timeout of a transaction between two statements, so that it does not
    /// hold its locks for ever.
    pub idle_in_transaction_timeout: Duration,
    /// How statements are planned that are run again.
    pub plan_cache_mode: PlanCacheMode,
    /// The time after which an idle connection is closed.
    pub idle_timeout: Duration,
    /// The maximum age of a connection.
    pub max_lifetime: Duration,
    /// Is told how long statements and waits take.
    pub observer: Option<Arc<dyn Observer>>,
}

impl fmt::Debug for PoolOptions<'_> {
    /// Omits the URL, which contains a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolOptions")
            .field("application_role", &self.application_role)
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

/// The database's URL is malformed. The error omits it, because it contains a
/// password.
#[derive(Debug, thiserror::Error)]
#[error("the database URL is not of the form postgres://user:password@host:port/database")]
pub struct InvalidUrl(#[source] pub(crate) sqlx::Error);

impl<'a> PoolOptions<'a> {
    /// The defaults for an API server: 10 connections, 4 of them for one organization, and timeouts
    /// of 3 s for a connection, 5 s for a statement and 2 s for a lock.
    #[must_use]
    pub const fn new(url: &'a str) -> Self {
        Self {
            url,
            application_role: "plinth_app",
            application_name: "plinth",
            max_connections: 10,
            connections_per_organization: 4,
            acquire_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(5),
            lock_timeout: Duration::from_secs(2),
            idle_in_transaction_timeout: Duration::from_mins(1),
            plan_cache_mode: PlanCacheMode::Generic,
            idle_timeout: Duration::from_mins(10),
            max_lifetime: Duration::from_mins(30),
            observer: None,
        }
    }

    /// The timeout of a response: longer than any statement may run, so that only
    /// a lost server or network exceeds it.
    pub(crate) const fn response_timeout(&self) -> Duration {
        if self.statement_timeout.is_zero() {
            return Duration::MAX;
        }
        self.statement_timeout.saturating_add(Duration::from_secs(2))
    }

    /// A queue that connects at its first use.
    pub(crate) fn queue(self) -> Result<Queue, InvalidUrl> {
        let connection = self
            .url
            .parse::<PgConnectOptions>()
            .map_err(InvalidUrl)?
            .application_name(self.application_name)
            // Poolers refuse this one, and the server's default loses no digits either.
            .extra_float_digits(None)
            // Spans record the statements; see `trace`.
            .disable_statement_logging();
        let limits = Limits {
            max: self.max_connections.max(1),
            idle_timeout: self.idle_timeout,
            max_lifetime: self.max_lifetime,
        };
        Ok(Queue::new(connection, self.session(), limits, self.observer))
    }

    fn session(&self) -> Session {
        let milliseconds = |time: Duration| time.as_millis().to_string();
        Session::new(vec![
            ("role", self.application_role.to_owned()),
            ("statement_timeout", milliseconds(self.statement_timeout)),
            ("lock_timeout", milliseconds(self.lock_timeout)),
            ("idle_in_transaction_session_timeout", milliseconds(self.idle_in_transaction_timeout)),
            // The server ends the sessions of clients that vanished: they may hold locks.
            ("tcp_keepalives_idle", "10".to_owned()),
            ("tcp_keepalives_interval", "3".to_owned()),
            ("tcp_keepalives_count", "3".to_owned()),
            ("tcp_user_timeout", "30000".to_owned()),
            ("search_path", "public".to_owned()),
            ("plan_cache_mode", self.plan_cache_mode.name().to_owned()),
        ])
    }
}

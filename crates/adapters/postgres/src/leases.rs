//! Leases: rows that a process holds until a time on the database's clock.
//!
//! A lock of a session would last until TCP notices that its holder is gone, which takes two hours by
//! default, and needs a connection of its own. Behind a transaction pooler it belongs to no process
//! at all.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Error, SqlSafeStr, SqlStr};
use uuid::Uuid;

use crate::connection::Connections;

/// A row of `leases`.
#[derive(Debug, Clone)]
pub struct Lease {
    connections: Connections,
    /// The name, in lower-case letters, digits, `-`, `_` and `:`.
    name: String,
    holder: Uuid,
    /// How long it lasts.
    time: Duration,
}

/// The name of a new holder.
#[expect(clippy::disallowed_methods, reason = "it is random and leaves this module in SQL only")]
pub fn holder() -> Uuid {
    Uuid::new_v4()
}

impl Lease {
    pub const fn new(connections: Connections, name: String, holder: Uuid, time: Duration) -> Self {
        Self { connections, name, holder, time }
    }

    pub const fn time(&self) -> Duration {
        self.time
    }

    /// Takes the lease, unless another process holds it. A try that fails writes and locks nothing.
    pub async fn take(&self) -> Result<bool, Error> {
        let Self { name, holder, time, .. } = self;
        let time = time.as_millis();
        self.run(&format!(
            "UPDATE leases SET holder = '{holder}', until = now() + interval '{time} milliseconds' \
                 WHERE name = '{name}' AND until <= now(); \
             INSERT INTO leases (name, holder, until) \
                 SELECT '{name}', '{holder}', now() + interval '{time} milliseconds' \
                 WHERE NOT EXISTS (SELECT FROM leases WHERE name = '{name}') \
                 ON CONFLICT (name) DO NOTHING"
        ))
        .await
    }

    /// Extends the lease, unless another process has taken it.
    pub async fn renew(&self) -> Result<bool, Error> {
        let Self { name, holder, time, .. } = self;
        let time = time.as_millis();
        self.run(&format!(
            "UPDATE leases SET until = now() + interval '{time} milliseconds' \
                 WHERE name = '{name}' AND holder = '{holder}'"
        ))
        .await
    }

    /// Gives the lease up.
    pub async fn release(&self) -> Result<(), Error> {
        let Self { name, holder, .. } = self;
        let sql = format!("DELETE FROM leases WHERE name = '{name}' AND holder = '{holder}'");
        self.run(&sql).await.map(drop)
    }

    /// Runs statements as one message: no lock waits for an answer of a process that may be gone.
    /// Returns whether a row was written.
    async fn run(&self, sql: &str) -> Result<bool, Error> {
        let written = self.connections.run(|| in_system_scope(sql)).await?;
        Ok(written > 0)
    }
}

/// Statements without parameters as one message, which PostgreSQL runs in one transaction.
fn in_system_scope(sql: &str) -> SqlStr {
    AssertSqlSafe(format!(
        "SET LOCAL app.organization_id TO ''; SET LOCAL app.scope TO 'system'; {sql}"
    ))
    .into_sql_str()
}

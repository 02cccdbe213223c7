//! The settings of a session.
//!
//! The first message on a connection makes them. In the start-up message a pooler would drop them
//! (`PgBouncer` passes on only what it tracks), and no timeout would be in force. `ALTER ROLE … SET`
//! would apply to logins, and not to a role that is taken on; it could not tell API from worker, and
//! would need the owner for each change of a setting.

use std::fmt::Write as _;

use sqlx::{AssertSqlSafe, Executor as _, PgConnection, Row as _, SqlSafeStr, postgres::PgRow};

/// The settings that bound and protect every statement: these are compared. The server shows the
/// others (keepalives) as the operating system has them.
const COMPARED: [&str; 6] = [
    "role",
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "search_path",
    "plan_cache_mode",
];

/// Why a session is not as the settings want it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionFault {
    /// A setting has another value in the session.
    Differs {
        /// Its name in PostgreSQL.
        setting: &'static str,
        /// The value that is configured.
        wanted: String,
        /// The value that is in force; times are in milliseconds.
        found: String,
    },
    /// Two transactions of one connection ran in two sessions of the server.
    Moved,
}

/// The settings of a session, in the order in which they are made.
#[derive(Debug)]
pub struct Session(Vec<(&'static str, String)>);

impl Session {
    pub const fn new(settings: Vec<(&'static str, String)>) -> Self {
        Self(settings)
    }

    /// Makes the settings, in one message.
    pub async fn begin(&self, connection: &mut PgConnection) -> sqlx::Result<()> {
        let mut sql = "SELECT".to_owned();
        for (place, (name, value)) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            let value = value.replace('\'', "''");
            // Writing to a string cannot fail.
            let _ = write!(sql, "{comma} set_config('{name}', '{value}', false)");
        }
        connection.execute(sqlx::raw_sql(AssertSqlSafe(sql).into_sql_str())).await.map(drop)
    }

    /// The settings of the session that differ.
    pub async fn compare(&self, connection: &mut PgConnection) -> sqlx::Result<Vec<SessionFault>> {
        // Times without a unit: the view has them in milliseconds.
        let question = "SELECT name, setting FROM pg_settings
            UNION ALL SELECT 'role', current_setting('role')";
        let rows = connection.fetch_all(sqlx::raw_sql(question)).await?;
        let mut faults = Vec::new();
        for (setting, wanted) in self.0.iter().filter(|(name, _)| COMPARED.contains(name)) {
            let is_it = |row: &&PgRow| row.try_get(0).is_ok_and(|name: &str| name == *setting);
            let found = rows.iter().find(is_it).map(|row| row.try_get(1)).transpose()?;
            let found: String = found.unwrap_or_default();
            if found != *wanted {
                faults.push(SessionFault::Differs { setting, wanted: wanted.clone(), found });
            }
        }
        Ok(faults)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use plinth_testkit::TestDatabase;
    use sqlx::{AssertSqlSafe, Executor as _};

    use super::{COMPARED, SessionFault};
    use crate::{PoolOptions, connection::Connections};

    #[tokio::test]
    async fn every_compared_setting_that_has_another_value_is_found() {
        let database = TestDatabase::create().await;
        let connections = Connections::new(PoolOptions::new(database.url())).unwrap();
        let (queue, limit) = (connections.queue(), Duration::from_secs(20));
        let mut connection = queue.open_apart(limit).await.unwrap();
        let wrong = ["none", "4999", "0", "60001", "public, pg_temp", "force_custom_plan"];
        for (setting, wrong) in COMPARED.into_iter().zip(wrong) {
            assert_eq!(queue.session().compare(&mut connection).await.unwrap(), []);
            let change = format!("SELECT set_config('{setting}', '{wrong}', false)");
            connection.execute(AssertSqlSafe(change)).await.unwrap();
            let faults = queue.session().compare(&mut connection).await.unwrap();
            let [SessionFault::Differs { setting: name, wanted, found }] = &faults[..] else {
                panic!("{setting}: {faults:?}");
            };
            assert_eq!((*name, &**found), (setting, wrong));
            assert_ne!(wanted, found);
            queue.session().begin(&mut connection).await.unwrap();
        }
    }
}

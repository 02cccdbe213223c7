use plinth_ports::Result;
use sqlx::{Executor as _, PgConnection, Row as _};
use tokio::time::timeout;

use super::{Connections, session::SessionFault};
use crate::error::store_error;

impl Connections {
    /// Compares a session with the settings, while another connection has a transaction: a pooler
    /// that lends sessions for a transaction gives the first connection another session then.
    pub async fn session_faults(&self) -> Result<Vec<SessionFault>> {
        let (queue, limit) = (self.queue(), self.acquire_timeout());
        let asked = async {
            let mut first = queue.open_apart(limit).await?;
            let before = process(&mut first).await?;
            let mut second = queue.open_apart(limit).await?;
            second.execute(sqlx::raw_sql("BEGIN; SELECT 1")).await?;
            let mut faults = queue.session().compare(&mut first).await?;
            if process(&mut first).await? != before {
                faults.push(SessionFault::Moved);
            }
            Ok(faults)
        };
        let asked = timeout(limit.saturating_mul(3), asked).await;
        asked.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(store_error)
    }
}

/// The server's process of a session.
async fn process(connection: &mut PgConnection) -> sqlx::Result<i32> {
    let question = sqlx::raw_sql("SELECT pg_backend_pid()");
    connection.fetch_one(question).await?.try_get(0)
}

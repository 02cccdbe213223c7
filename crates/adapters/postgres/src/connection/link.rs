use std::time::Duration;

use sqlx::{
    Connection, Error, Executor, PgConnection, Postgres, SqlStr,
    pool::PoolConnection,
    postgres::{PgRow, PgTransactionManager},
};
// sqlx does not re-export this trait, and its `Transaction` hides the connection.
use sqlx_core::transaction::TransactionManager;
use tokio::{runtime::Handle, time::timeout};

use crate::sql::Sql;

/// The protocol state of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// No transaction is open.
    Idle,
    /// `BEGIN` was sent, and its response is pending.
    Opening,
    /// A transaction is open.
    Open,
    /// A statement was sent, and its response is pending.
    Asking,
    /// A transaction is open and can only be rolled back, after an error.
    Failed,
    /// Unknown: the server does not respond.
    Lost,
}

/// The first message on a connection.
#[derive(Debug)]
pub enum Message {
    /// A text that begins with `BEGIN`.
    Begin(SqlStr),
    /// A text that runs outside of a transaction.
    Simple(&'static str),
}

/// A connection of the pool, and the state of its transaction.
///
/// sqlx rolls back a transaction that is dropped, but not one whose `BEGIN` is
/// pending: the connection would return to the pool with an open transaction
/// (launchbadge/sqlx#4393). So this owns the connection and cleans it up
/// itself.
#[derive(Debug)]
pub struct Link {
    /// `None` only while this is being dropped.
    connection: Option<PoolConnection<Postgres>>,
    phase: Phase,
    /// The timeout of a response.
    response_timeout: Duration,
}

impl Link {
    pub const fn new(connection: PoolConnection<Postgres>, response_timeout: Duration) -> Self {
        Self { connection: Some(connection), phase: Phase::Idle, response_timeout }
    }

    /// Sends the first message. `response_timeout` is the timeout of its response.
    pub async fn send(
        &mut self,
        message: Message,
        response_timeout: Duration,
    ) -> Result<(), Error> {
        match message {
            Message::Begin(sql) => {
                let connection = enter(&mut self.phase, &mut self.connection, Phase::Opening)?;
                // The transaction may have begun despite the error, so the phase stays.
                in_time(response_timeout, PgTransactionManager::begin(connection, Some(sql)))
                    .await?;
                self.phase = Phase::Open;
                Ok(())
            }
            Message::Simple(sql) => {
                let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
                let answer = in_time(response_timeout, connection.execute(sql)).await;
                self.leave(answer, Phase::Idle).map(drop)
            }
        }
    }

    /// Commits the transaction.
    pub async fn commit(&mut self) -> Result<(), Error> {
        if self.phase != Phase::Open {
            // The server would respond to COMMIT with a silent ROLLBACK.
            return Err(Error::InvalidArgument("a failed transaction was to be committed".into()));
        }
        let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
        let answer = in_time(self.response_timeout, PgTransactionManager::commit(connection)).await;
        self.leave(answer, Phase::Idle)
    }

    /// Rolls the transaction back.
    pub async fn rollback(&mut self) -> Result<(), Error> {
        let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
        let answer =
            in_time(self.response_timeout, PgTransactionManager::rollback(connection)).await;
        self.leave(answer, Phase::Idle)
    }

    /// Runs a statement, and returns the number of affected rows.
    pub async fn execute(&mut self, sql: Sql) -> Result<u64, Error> {
        let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
        let answer = in_time(self.response_timeout, sql.into_query().execute(connection)).await;
        self.leave(answer, Phase::Open).map(|done| done.rows_affected())
    }

    /// Runs a statement, and returns its first row.
    pub async fn row(&mut self, sql: Sql) -> Result<Option<PgRow>, Error> {
        let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
        let answer =
            in_time(self.response_timeout, sql.into_query().fetch_optional(connection)).await;
        self.leave(answer, Phase::Open)
    }

    /// Runs a statement, and returns its rows.
    pub async fn rows(&mut self, sql: Sql) -> Result<Vec<PgRow>, Error> {
        let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
        let answer = in_time(self.response_timeout, sql.into_query().fetch_all(connection)).await;
        self.leave(answer, Phase::Open)
    }

    /// Updates the phase after a response.
    fn leave<T>(&mut self, answer: Result<T, Error>, well: Phase) -> Result<T, Error> {
        self.phase = match &answer {
            Ok(_) => well,
            Err(Error::Database(_)) => Phase::Failed,
            Err(_) => Phase::Lost,
        };
        answer
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        // Queued, and sent when the connection returns to the pool; without effect if sqlx has
        // recorded no transaction.
        PgTransactionManager::start_rollback(&mut connection);
        match self.phase {
            Phase::Idle | Phase::Open | Phase::Failed => {}
            Phase::Lost => connection.close_on_drop(),
            Phase::Opening | Phase::Asking => match Handle::try_current() {
                Ok(runtime) => {
                    drop(runtime.spawn(settle(connection, self.phase, self.response_timeout)));
                }
                Err(_) => connection.close_on_drop(),
            },
        }
    }
}

/// Waits for a response after its caller was dropped, so that the connection
/// returns to the pool clean, or not at all when the response does not arrive.
async fn settle(
    mut connection: PoolConnection<Postgres>,
    phase: Phase,
    response_timeout: Duration,
) {
    let settled = match phase {
        Phase::Opening => in_time(response_timeout, connection.execute("ROLLBACK")).await.map(drop),
        _ => in_time(response_timeout, connection.ping()).await,
    };
    if settled.is_err() {
        connection.close_on_drop();
    }
}

/// The connection, for a statement.
fn enter<'c>(
    phase: &mut Phase,
    connection: &'c mut Option<PoolConnection<Postgres>>,
    next: Phase,
) -> Result<&'c mut PgConnection, Error> {
    let connection = connection.as_deref_mut().ok_or(Error::PoolClosed)?;
    *phase = next;
    Ok(connection)
}

/// The response, or the error that it timed out.
async fn in_time<T>(
    response_timeout: Duration,
    answer: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    timeout(response_timeout, answer).await.unwrap_or_else(|_| {
        Err(Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "no answer in time")))
    })
}

use std::time::Duration;

use sqlx::{
    Connection, Error, Executor, PgConnection, Postgres, SqlStr,
    pool::PoolConnection,
    postgres::{PgRow, PgTransactionManager},
};
// sqlx does not pass this trait on, and its own `Transaction` hides the connection.
use sqlx_core::transaction::TransactionManager;
use tokio::{runtime::Handle, time::timeout};

use crate::sql::Sql;

/// Where the conversation with the server stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing is open.
    Idle,
    /// `BEGIN` was sent, and no answer has come.
    Opening,
    /// A transaction is open.
    Open,
    /// A statement was sent, and no answer has come.
    Asking,
    /// A transaction is open and can only be rolled back: something was refused.
    Failed,
    /// Nobody knows: the server does not answer.
    Lost,
}

/// What is sent first on a connection.
#[derive(Debug)]
pub enum Message {
    /// Text that begins with `BEGIN`.
    Begin(SqlStr),
    /// Text to be run outside of any transaction.
    Simple(&'static str),
}

/// One connection out of the pool, and what is open on it.
///
/// sqlx rolls back a transaction that is dropped, but not one whose `BEGIN` is
/// still under way: the connection would go back into the pool with the
/// transaction open on it (launchbadge/sqlx#4393). So this holds the bare
/// connection and cleans it up itself.
#[derive(Debug)]
pub struct Link {
    /// `None` only while this is being dropped.
    connection: Option<PoolConnection<Postgres>>,
    phase: Phase,
    /// How long to wait for an answer.
    patience: Duration,
}

impl Link {
    pub const fn new(connection: PoolConnection<Postgres>, patience: Duration) -> Self {
        Self { connection: Some(connection), phase: Phase::Idle, patience }
    }

    /// Sends the first message, and waits no longer than this for its answer.
    pub async fn send(&mut self, message: Message, patience: Duration) -> Result<(), Error> {
        match message {
            Message::Begin(sql) => {
                let connection = enter(&mut self.phase, &mut self.connection, Phase::Opening)?;
                // After an error it may have begun all the same: the phase stays.
                in_time(patience, PgTransactionManager::begin(connection, Some(sql))).await?;
                self.phase = Phase::Open;
                Ok(())
            }
            Message::Simple(sql) => {
                let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
                let answer = in_time(patience, connection.execute(sql)).await;
                self.leave(answer, Phase::Idle).map(drop)
            }
        }
    }

    /// Makes the transaction last.
    pub async fn commit(&mut self) -> Result<(), Error> {
        if self.phase != Phase::Open {
            // The server would answer COMMIT with a silent ROLLBACK.
            return Err(Error::InvalidArgument("a failed transaction was to be committed".into()));
        }
        let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
        let answer = in_time(self.patience, PgTransactionManager::commit(connection)).await;
        self.leave(answer, Phase::Idle)
    }

    /// Takes the transaction back.
    pub async fn rollback(&mut self) -> Result<(), Error> {
        let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
        let answer = in_time(self.patience, PgTransactionManager::rollback(connection)).await;
        self.leave(answer, Phase::Idle)
    }

    /// Runs a statement for its effect, and answers how many rows it touched.
    pub async fn execute(&mut self, sql: Sql) -> Result<u64, Error> {
        let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
        let answer = in_time(self.patience, sql.into_query().execute(connection)).await;
        self.leave(answer, Phase::Open).map(|done| done.rows_affected())
    }

    /// Runs a statement for its first row.
    pub async fn row(&mut self, sql: Sql) -> Result<Option<PgRow>, Error> {
        let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
        let answer = in_time(self.patience, sql.into_query().fetch_optional(connection)).await;
        self.leave(answer, Phase::Open)
    }

    /// Runs a statement for its rows.
    pub async fn rows(&mut self, sql: Sql) -> Result<Vec<PgRow>, Error> {
        let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
        let answer = in_time(self.patience, sql.into_query().fetch_all(connection)).await;
        self.leave(answer, Phase::Open)
    }

    /// Takes note of an answer.
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
        // Queued, and sent when the connection goes back into the pool; does
        // nothing where sqlx knows of no transaction.
        PgTransactionManager::start_rollback(&mut connection);
        match self.phase {
            Phase::Idle | Phase::Open | Phase::Failed => {}
            Phase::Lost => connection.close_on_drop(),
            Phase::Opening | Phase::Asking => match Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn(settle(connection, self.phase, self.patience))),
                Err(_) => connection.close_on_drop(),
            },
        }
    }
}

/// Waits for the answer that nobody waits for any more, so that the connection
/// goes back into the pool in order, or not at all when none comes.
async fn settle(mut connection: PoolConnection<Postgres>, phase: Phase, patience: Duration) {
    let settled = match phase {
        Phase::Opening => in_time(patience, connection.execute("ROLLBACK")).await.map(drop),
        _ => in_time(patience, connection.ping()).await,
    };
    if settled.is_err() {
        connection.close_on_drop();
    }
}

/// The connection, to be asked something.
fn enter<'c>(
    phase: &mut Phase,
    connection: &'c mut Option<PoolConnection<Postgres>>,
    next: Phase,
) -> Result<&'c mut PgConnection, Error> {
    let connection = connection.as_deref_mut().ok_or(Error::PoolClosed)?;
    *phase = next;
    Ok(connection)
}

/// An answer, or the error that says that none came in time.
async fn in_time<T>(
    patience: Duration,
    answer: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    timeout(patience, answer).await.unwrap_or_else(|_| {
        Err(Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "no answer in time")))
    })
}

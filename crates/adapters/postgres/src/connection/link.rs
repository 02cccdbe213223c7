use std::time::Duration;

use sea_orm::{Statement, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, Error, Executor, PgConnection, Postgres, SqlStr,
    pool::PoolConnection,
    postgres::{PgQueryResult, PgRow, PgTransactionManager},
    query::Query,
};
// sqlx does not pass this trait on, and its own `Transaction` hides the connection.
use sqlx_core::transaction::TransactionManager;
use tokio::{runtime::Handle, time::timeout};

/// What is open on the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing.
    Idle,
    /// Perhaps a transaction: `BEGIN` was sent, and no answer has come.
    Opening,
    /// A transaction.
    Open,
    /// A transaction in which something was refused: it can only be rolled back.
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

    /// Sends the first message.
    pub async fn send(&mut self, message: Message) -> Result<(), Error> {
        let connection = connected(&mut self.connection)?;
        match message {
            Message::Begin(sql) => {
                self.phase = Phase::Opening;
                // After an error it may have begun all the same: the phase stays.
                in_time(self.patience, PgTransactionManager::begin(connection, Some(sql))).await?;
                self.phase = Phase::Open;
            }
            Message::Simple(sql) => {
                let answer = in_time(self.patience, connection.execute(sql)).await;
                self.phase = phase_after(&answer, Phase::Idle);
                answer?;
            }
        }
        Ok(())
    }

    /// Makes the transaction last.
    pub async fn commit(&mut self) -> Result<(), Error> {
        if self.phase != Phase::Open {
            // The server would answer COMMIT with a silent ROLLBACK.
            return Err(Error::InvalidArgument("a failed transaction was to be committed".into()));
        }
        let connection = connected(&mut self.connection)?;
        let answer = in_time(self.patience, PgTransactionManager::commit(connection)).await;
        self.phase = phase_after(&answer, Phase::Idle);
        answer
    }

    /// Runs a statement for its effect.
    pub async fn execute(&mut self, statement: Statement) -> Result<PgQueryResult, Error> {
        let connection = connected(&mut self.connection)?;
        let answer = in_time(self.patience, query(statement).execute(connection)).await;
        self.phase = phase_after(&answer, self.phase);
        answer
    }

    /// Runs a statement for its first row.
    pub async fn fetch_optional(&mut self, statement: Statement) -> Result<Option<PgRow>, Error> {
        let connection = connected(&mut self.connection)?;
        let answer = in_time(self.patience, query(statement).fetch_optional(connection)).await;
        self.phase = phase_after(&answer, self.phase);
        answer
    }

    /// Runs a statement for its rows.
    pub async fn fetch_all(&mut self, statement: Statement) -> Result<Vec<PgRow>, Error> {
        let connection = connected(&mut self.connection)?;
        let answer = in_time(self.patience, query(statement).fetch_all(connection)).await;
        self.phase = phase_after(&answer, self.phase);
        answer
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        match self.phase {
            Phase::Idle => {}
            // Queued, and sent when the connection goes back into the pool.
            Phase::Open | Phase::Failed => PgTransactionManager::start_rollback(&mut connection),
            Phase::Lost => connection.close_on_drop(),
            Phase::Opening => match Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn(roll_back(connection, self.patience))),
                Err(_) => connection.close_on_drop(),
            },
        }
    }
}

/// Ends whatever `BEGIN` has opened or will have opened when it is answered.
async fn roll_back(mut connection: PoolConnection<Postgres>, patience: Duration) {
    if in_time(patience, connection.execute("ROLLBACK")).await.is_err() {
        connection.close_on_drop();
    }
}

fn connected(
    connection: &mut Option<PoolConnection<Postgres>>,
) -> Result<&mut PgConnection, Error> {
    connection.as_deref_mut().ok_or(Error::PoolClosed)
}

fn query(statement: Statement) -> Query<'static, Postgres, SqlxValues> {
    let values = statement.values.unwrap_or(Values(Vec::new()));
    // sea-orm built the text, or it is a constant; values never stand in it.
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
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

fn phase_after<T>(answer: &Result<T, Error>, well: Phase) -> Phase {
    match answer {
        Ok(_) => well,
        Err(Error::Database(_)) => Phase::Failed,
        Err(_) => Phase::Lost,
    }
}

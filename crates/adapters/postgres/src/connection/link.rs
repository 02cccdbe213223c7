use std::time::Duration;

use futures::TryStreamExt;
use plinth_domain::Timestamp;
use sqlx::{
    Connection, Error, Executor, PgConnection, Postgres, Row as _, SqlStr,
    pool::PoolConnection,
    postgres::{PgRow, PgTransactionManager},
};
// sqlx does not re-export this trait, and its `Transaction` hides the connection.
use sqlx_core::transaction::TransactionManager;
use tokio::{runtime::Handle, time::timeout};

use super::shares::Share;
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
    /// A text that begins with `BEGIN`, and whose last statement answers the time of the
    /// transaction, in microseconds since 1970, in its first column.
    BeginTimed(SqlStr),
    /// A text that runs outside of a transaction.
    Simple(SqlStr),
}

/// The answer to the first message.
#[derive(Debug, Clone, Copy)]
pub enum Answer {
    /// A transaction is open.
    Open,
    /// A transaction is open, which began at this time on the server's clock.
    OpenSince(Timestamp),
    /// The statements have written so many rows.
    Written(u64),
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
    /// Whether sqlx knows of the transaction, and rolls it back when the connection is released.
    is_tracked: bool,
    /// The timeout of a response.
    response_timeout: Duration,
    /// The share of the connections to which this one counts, until it needs no answer any more.
    share: Option<Share>,
}

impl Link {
    pub const fn new(
        connection: PoolConnection<Postgres>,
        response_timeout: Duration,
        share: Option<Share>,
    ) -> Self {
        Self {
            connection: Some(connection),
            phase: Phase::Idle,
            is_tracked: true,
            response_timeout,
            share,
        }
    }

    /// Takes the share back from a connection that was dead.
    pub fn take_share(&mut self) -> Option<Share> {
        self.share.take()
    }

    /// Sends the first message. `response_timeout` is the timeout of its response.
    pub async fn send(
        &mut self,
        message: Message,
        response_timeout: Duration,
    ) -> Result<Answer, Error> {
        match message {
            Message::Begin(sql) => {
                let connection = enter(&mut self.phase, &mut self.connection, Phase::Opening)?;
                // The transaction may have begun despite the error, so the phase stays.
                in_time(response_timeout, PgTransactionManager::begin(connection, Some(sql)))
                    .await?;
                self.opened();
                Ok(Answer::Open)
            }
            // sqlx would discard the answer to its own `BEGIN`.
            Message::BeginTimed(sql) => {
                self.is_tracked = false;
                let connection = enter(&mut self.phase, &mut self.connection, Phase::Opening)?;
                let row = connection.fetch_one(sqlx::raw_sql(sql));
                let row = in_time(response_timeout, row).await?;
                self.opened();
                let time = Timestamp::from_timestamp_micros(row.try_get(0)?);
                time.map(Answer::OpenSince)
                    .ok_or_else(|| Error::Protocol("a time beyond every calendar".to_owned()))
            }
            Message::Simple(sql) => {
                let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
                let answer =
                    in_time(response_timeout, connection.execute(sqlx::raw_sql(sql))).await;
                self.leave(answer, Phase::Idle).map(|done| Answer::Written(done.rows_affected()))
            }
        }
    }

    fn opened(&mut self) {
        self.phase = Phase::Open;
        if let Some(share) = &mut self.share {
            share.opened();
        }
    }

    /// Commits the transaction.
    pub async fn commit(&mut self) -> Result<(), Error> {
        if self.phase != Phase::Open {
            // The server would respond to COMMIT with a silent ROLLBACK.
            return Err(Error::InvalidArgument("a failed transaction was to be committed".into()));
        }
        let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
        let answer = if self.is_tracked {
            in_time(self.response_timeout, PgTransactionManager::commit(connection)).await
        } else {
            in_time(self.response_timeout, connection.execute("COMMIT")).await.map(drop)
        };
        self.leave(answer, Phase::Idle)
    }

    /// Rolls the transaction back.
    pub async fn rollback(&mut self) -> Result<(), Error> {
        let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
        let answer = if self.is_tracked {
            in_time(self.response_timeout, PgTransactionManager::rollback(connection)).await
        } else {
            in_time(self.response_timeout, connection.execute("ROLLBACK")).await.map(drop)
        };
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

    /// Runs a statement, and passes its rows to `take` as they arrive, until it returns `false`. Of
    /// the rows after that, none is kept: the next use of the connection discards them.
    pub async fn each(
        &mut self,
        sql: Sql,
        mut take: impl FnMut(PgRow) -> bool + Send,
    ) -> Result<(), Error> {
        let connection = enter(&mut self.phase, &mut self.connection, Phase::Asking)?;
        let reading = async {
            let mut rows = sql.into_query().fetch(connection);
            while let Some(row) = rows.try_next().await? {
                if !take(row) {
                    break;
                }
            }
            Ok(())
        };
        let answer = in_time(self.response_timeout, reading).await;
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
        let is_pending = matches!(self.phase, Phase::Opening | Phase::Asking);
        let is_open = matches!(self.phase, Phase::Open | Phase::Failed);
        match self.phase {
            Phase::Lost => connection.close_on_drop(),
            _ if is_pending || (is_open && !self.is_tracked) => match Handle::try_current() {
                Ok(runtime) => {
                    let is_tracked = self.is_tracked && self.phase != Phase::Opening;
                    let share = self.share.take();
                    let settled = settle(connection, is_tracked, self.response_timeout);
                    drop(runtime.spawn(async move {
                        settled.await;
                        drop(share);
                    }));
                }
                Err(_) => connection.close_on_drop(),
            },
            _ => {}
        }
    }
}

/// Waits for a response after its caller was dropped, so that the connection
/// returns to the pool clean, or not at all when the response does not arrive.
async fn settle(
    mut connection: PoolConnection<Postgres>,
    is_tracked: bool,
    response_timeout: Duration,
) {
    let settled = if is_tracked {
        in_time(response_timeout, connection.ping()).await
    } else {
        in_time(response_timeout, connection.execute("ROLLBACK")).await.map(drop)
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

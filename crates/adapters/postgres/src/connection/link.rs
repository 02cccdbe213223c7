use std::{sync::Arc, time::Duration};

use futures::TryStreamExt;
use plinth_domain::Timestamp;
use sqlx::{Connection, Error, Executor, PgConnection, Row as _, SqlStr, postgres::PgRow};
use tokio::{runtime::Handle, time::timeout};

use super::{entered::Entered, queue::Pooled};
use crate::{error::connection_lost, observer::Observer, sql::Sql};

/// The protocol state of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// No transaction is open.
    Idle,
    /// A message of a transaction was sent, its `BEGIN` perhaps, and the response is pending.
    Asking,
    /// A statement outside of a transaction was sent, and the response is pending.
    AskingAlone,
    /// A transaction is open.
    Open,
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
    /// The same, whose last statement also tries a lock and answers in the column `held`.
    BeginLocking(SqlStr),
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
    /// The same, and whether the lock was free.
    OpenLocking(Timestamp, bool),
    /// The statements have written so many rows.
    Written(u64),
}

/// A connection, and the state of its transaction.
///
/// A future that is dropped while a response is pending may leave a transaction open
/// (launchbadge/sqlx#4393). So this owns the connection, and ends the transaction before the
/// connection returns to its queue.
#[derive(Debug)]
pub struct Link {
    /// `None` only while this is being dropped.
    connection: Option<Pooled>,
    phase: Phase,
    /// The right to the connection, until it needs no answer any more.
    entered: Entered,
}

impl Link {
    pub const fn new(connection: Pooled, entered: Entered) -> Self {
        Self { connection: Some(connection), phase: Phase::Idle, entered }
    }

    /// Whether the connection was opened for an earlier use, and may be dead.
    pub fn was_idle(&self) -> bool {
        self.connection.as_ref().is_some_and(Pooled::was_idle)
    }

    /// Is told how long statements take.
    pub fn observer(&self) -> Option<&Arc<dyn Observer>> {
        self.connection.as_ref().and_then(Pooled::observer)
    }

    /// How long the connection was idle before.
    pub fn rested(&self) -> Duration {
        self.connection.as_ref().map_or(Duration::ZERO, Pooled::rested)
    }

    /// Gives up a connection that was dead; what is left is the right to another one.
    pub fn give_up(mut self) -> Entered {
        if let Some(connection) = self.connection.take() {
            connection.discard();
        }
        self.entered.again()
    }

    /// Sends the first message. `response_timeout` is the timeout of its response.
    pub async fn send(
        &mut self,
        message: Message,
        response_timeout: Duration,
    ) -> Result<Answer, Error> {
        match message {
            Message::Begin(sql) => {
                let connection = self.enter(Phase::Asking)?;
                let answer = in_time(response_timeout, connection.execute(sqlx::raw_sql(sql)));
                let answer = answer.await;
                self.leave(answer)?;
                Ok(Answer::Open)
            }
            Message::BeginTimed(sql) => {
                Ok(Answer::OpenSince(time_of(&self.begin(sql, response_timeout).await?)?))
            }
            Message::BeginLocking(sql) => {
                let row = self.begin(sql, response_timeout).await?;
                Ok(Answer::OpenLocking(time_of(&row)?, row.try_get("held")?))
            }
            Message::Simple(sql) => {
                let connection = self.enter(Phase::AskingAlone)?;
                let answer = in_time(response_timeout, connection.execute(sqlx::raw_sql(sql)));
                let answer = answer.await;
                self.leave(answer).map(|done| Answer::Written(done.rows_affected()))
            }
        }
    }

    /// Sends a text that begins with `BEGIN`. Returns the row of its last statement.
    async fn begin(&mut self, sql: SqlStr, response_timeout: Duration) -> Result<PgRow, Error> {
        let connection = self.enter(Phase::Asking)?;
        let answer = in_time(response_timeout, connection.fetch_one(sqlx::raw_sql(sql))).await;
        self.leave(answer)
    }

    /// Commits the transaction.
    pub async fn commit(&mut self) -> Result<(), Error> {
        if self.phase != Phase::Open {
            // The server would respond to COMMIT with a silent ROLLBACK.
            return Err(Error::InvalidArgument("a failed transaction was to be committed".into()));
        }
        self.end("COMMIT").await
    }

    /// Rolls the transaction back.
    pub async fn rollback(&mut self) -> Result<(), Error> {
        self.end("ROLLBACK").await
    }

    async fn end(&mut self, sql: &'static str) -> Result<(), Error> {
        let limit = self.entered.response_timeout;
        let answer = in_time(limit, self.enter(Phase::Asking)?.execute(sql)).await;
        self.leave(answer)?;
        self.rest();
        Ok(())
    }

    /// Runs a statement, and returns the number of affected rows.
    pub async fn execute(&mut self, sql: Sql) -> Result<u64, Error> {
        let limit = self.entered.response_timeout;
        let connection = self.enter(self.asking())?;
        let answer = in_time(limit, sql.into_query().execute(connection)).await;
        self.leave(answer).map(|done| done.rows_affected())
    }

    /// Runs a statement, and passes its rows to `take` as they arrive, until it returns `false`. Of
    /// the rows after that, none is kept: the next use of the connection discards them.
    pub async fn each(
        &mut self,
        sql: Sql,
        mut take: impl FnMut(PgRow) -> bool + Send,
    ) -> Result<(), Error> {
        let limit = self.entered.response_timeout;
        let connection = self.enter(self.asking())?;
        let mut is_cut = false;
        let reading = async {
            let mut rows = sql.into_query().fetch(connection);
            while let Some(row) = rows.try_next().await? {
                is_cut = !take(row);
                if is_cut {
                    break;
                }
            }
            Ok(())
        };
        let answer = in_time(limit, reading).await;
        self.leave(answer)?;
        if is_cut && self.phase == Phase::Idle {
            // The server still sends rows: the connection must not rest before they are read.
            self.enter(Phase::AskingAlone)?;
        }
        Ok(())
    }

    /// The phase while a statement runs: outside of a transaction it has one of its own.
    fn asking(&self) -> Phase {
        if self.phase == Phase::Idle { Phase::AskingAlone } else { Phase::Asking }
    }

    /// The connection, for a message.
    fn enter(&mut self, asking: Phase) -> Result<&mut PgConnection, Error> {
        let connection = self.connection.as_mut().ok_or(Error::PoolClosed)?.ask()?;
        self.phase = asking;
        Ok(connection)
    }

    /// No transaction is open, and no answer is pending.
    const fn rest(&mut self) {
        self.phase = Phase::Idle;
        if let Some(connection) = &mut self.connection {
            connection.rest();
        }
    }

    /// Updates the phase after a response.
    fn leave<T>(&mut self, answer: Result<T, Error>) -> Result<T, Error> {
        let is_alone = self.phase == Phase::AskingAlone;
        self.phase = match &answer {
            Err(error) if connection_lost(error) => Phase::Lost,
            Ok(_) | Err(Error::Database(_)) if is_alone => Phase::Idle,
            Ok(_) => Phase::Open,
            // The transaction may have begun despite the error.
            Err(Error::Database(_)) => Phase::Failed,
            Err(_) => Phase::Lost,
        };
        if self.phase == Phase::Idle {
            self.rest();
        }
        if let (Ok(_), Some(share)) = (&answer, &mut self.entered.share) {
            share.opened();
        }
        answer
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        match self.phase {
            Phase::Idle => {}
            Phase::Lost => connection.discard(),
            phase => match Handle::try_current() {
                Ok(runtime) => {
                    let share = self.entered.share.take();
                    let is_alone = phase == Phase::AskingAlone;
                    let settled = settle(connection, is_alone, self.entered.response_timeout);
                    drop(runtime.spawn(async move {
                        settled.await;
                        drop(share);
                    }));
                }
                Err(_) => connection.discard(),
            },
        }
    }
}

/// Ends what runs after its caller was dropped, so that the connection returns to its queue clean,
/// or not at all when the server does not respond.
async fn settle(mut connection: Pooled, is_alone: bool, response_timeout: Duration) {
    let settled = async {
        let connection = connection.ask()?;
        // Both wait for the pending response first.
        if is_alone {
            connection.ping().await
        } else {
            connection.execute("ROLLBACK").await.map(drop)
        }
    };
    if in_time(response_timeout, settled).await.is_ok() {
        connection.rest();
    }
}

/// The time of the transaction.
fn time_of(row: &PgRow) -> Result<Timestamp, Error> {
    let time = Timestamp::from_timestamp_micros(row.try_get(0)?);
    time.ok_or_else(|| Error::Protocol("a time beyond every calendar".to_owned()))
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

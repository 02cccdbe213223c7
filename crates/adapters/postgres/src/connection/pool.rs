use std::time::Duration;

use sqlx::{Error, PgPool};
use tokio::time::timeout;
use tracing::Instrument;

use super::{
    Begin, Transaction,
    link::{Link, Message},
};
use crate::{InvalidUrl, PoolOptions, error::connection_lost, trace};

/// The connections to the database.
#[derive(Debug, Clone)]
pub struct Connections {
    pool: PgPool,
    acquire_timeout: Duration,
    response_timeout: Duration,
}

impl Connections {
    /// Connects at its first use.
    pub fn new(options: &PoolOptions<'_>) -> Result<Self, InvalidUrl> {
        Ok(Self {
            pool: options.pool()?,
            acquire_timeout: options.acquire_timeout,
            response_timeout: options.response_timeout(),
        })
    }

    /// The pool, for its counts and for closing it.
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Opens a transaction.
    pub async fn begin(&self, begin: Begin) -> Result<Transaction, Error> {
        let span = trace::span("BEGIN");
        let link = self
            .first(begin.response_timeout(self.response_timeout), || Message::Begin(begin.sql()))
            .instrument(span.clone())
            .await;
        link.map(Transaction::new).inspect_err(|error| trace::record_failure(&span, error))
    }

    /// Runs `SELECT 1`.
    pub async fn ping(&self) -> Result<(), Error> {
        self.first(self.response_timeout, || Message::Simple("SELECT 1")).await.map(drop)
    }

    /// Takes a connection and sends the first message on it. An idle connection
    /// may be dead; then the next one is tried, until one works or the timeout is
    /// reached.
    async fn first(
        &self,
        response_timeout: Duration,
        message: impl Fn() -> Message,
    ) -> Result<Link, Error> {
        // Nearly always a connection is idle. The other path is boxed, because
        // its future is large and would be part of every caller's.
        if let Some(connection) = self.pool.try_acquire() {
            let mut link = Link::new(connection, response_timeout);
            match link.send(message(), self.acquire_timeout).await {
                Ok(()) => return Ok(link),
                Err(error) if connection_lost(&error) => {}
                Err(error) => return Err(error),
            }
        }
        let attempts = Box::pin(async {
            loop {
                let mut link = Link::new(self.pool.acquire().await?, response_timeout);
                match link.send(message(), self.acquire_timeout).await {
                    Ok(()) => return Ok(link),
                    Err(error) if connection_lost(&error) => {
                        tracing::debug!(%error, "a pooled connection was dead");
                    }
                    Err(error) => return Err(error),
                }
            }
        });
        timeout(self.acquire_timeout, attempts).await.unwrap_or(Err(Error::PoolTimedOut))
    }
}

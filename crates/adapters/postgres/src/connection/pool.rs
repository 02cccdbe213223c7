use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{Error, PgPool, SqlSafeStr, SqlStr};
use tokio::{sync::OnceCell, time::timeout};
use tracing::Instrument;

use super::{
    Begin, Transaction,
    link::{Answer, Link, Message},
    shares::{Share, Shares},
};
use crate::{
    InvalidUrl, PoolOptions, RoleError,
    clock::Observed,
    error::{connection_lost, store_error},
    role, trace,
};

/// The connections to the database.
#[derive(Debug, Clone)]
pub struct Connections {
    pool: PgPool,
    acquire_timeout: Duration,
    response_timeout: Duration,
    /// Set once it is known that row level security applies to the role.
    verified: Arc<OnceCell<()>>,
    observed: Observed,
    shares: Shares,
}

impl Connections {
    /// Connects at its first use.
    pub fn new(options: &PoolOptions<'_>) -> Result<Self, InvalidUrl> {
        Ok(Self {
            pool: options.pool()?,
            acquire_timeout: options.acquire_timeout,
            response_timeout: options.response_timeout(),
            verified: Arc::default(),
            observed: Observed::default(),
            shares: Shares::new(
                options.connections_per_organization.min(options.max_connections),
                options.acquire_timeout,
            ),
        })
    }

    /// The server's time, as its answers tell it.
    pub const fn observed(&self) -> &Observed {
        &self.observed
    }

    /// The pool, for its counts and for closing it.
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Checks that row level security applies to the role of the connections.
    pub async fn verify_role(&self) -> Result<(), RoleError> {
        let limit = self.acquire_timeout.saturating_add(self.response_timeout);
        let asked = timeout(limit, role::verify(&self.pool)).await;
        asked.unwrap_or(Err(RoleError::Unreachable(Error::PoolTimedOut)))?;
        drop(self.verified.set(()));
        Ok(())
    }

    /// Opens a transaction. None is opened before the role was verified.
    pub async fn begin(&self, begin: Begin) -> plinth_ports::Result<Transaction> {
        if !self.verified.initialized() {
            let verified = Box::pin(self.verify_role()).await;
            verified.map_err(|error| store_error(error.into()))?;
        }
        let asked = Instant::now();
        let share = match begin.organization() {
            Some(organization) => Some(self.shares.enter(organization, begin.is_search()).await?),
            None => None,
        };
        let left = self.acquire_timeout.saturating_sub(asked.elapsed());
        let response_timeout = begin.response_timeout(self.response_timeout);
        let span = trace::span("BEGIN");
        let opened = self
            .first(share, left, response_timeout, || begin.message())
            .instrument(span.clone())
            .await;
        opened
            .map(|(link, answer)| {
                if let Answer::OpenSince(time) = answer {
                    self.observed.note(time);
                }
                Transaction::new(link, answer)
            })
            .inspect_err(|error| trace::record_failure(&span, error))
            .map_err(store_error)
    }

    /// Runs `SELECT 1`.
    pub async fn ping(&self) -> Result<(), Error> {
        self.run(|| "SELECT 1".into_sql_str()).await.map(drop)
    }

    /// Runs statements as one message in one transaction of their own, and returns the number of
    /// written rows. They run a second time when the connection was lost.
    pub async fn run(&self, sql: impl Fn() -> SqlStr) -> Result<u64, Error> {
        let (_, answer) = self
            .first(None, self.acquire_timeout, self.response_timeout, || Message::Simple(sql()))
            .await?;
        Ok(if let Answer::Written(rows) = answer { rows } else { 0 })
    }

    /// Takes a connection and sends the first message on it. An idle connection
    /// may be dead; then the next one is tried, until one works or the timeout is
    /// reached.
    async fn first(
        &self,
        mut share: Option<Share>,
        acquire_timeout: Duration,
        response_timeout: Duration,
        message: impl Fn() -> Message,
    ) -> Result<(Link, Answer), Error> {
        // Nearly always a connection is idle. The other path is boxed, because
        // its future is large and would be part of every caller's.
        if let Some(connection) = self.pool.try_acquire() {
            let mut link = Link::new(connection, response_timeout, share);
            match link.send(message(), acquire_timeout).await {
                Ok(answer) => return Ok((link, answer)),
                Err(error) if connection_lost(&error) => share = link.take_share(),
                Err(error) => return Err(error),
            }
        }
        let attempts = Box::pin(async {
            loop {
                let connection = self.pool.acquire().await?;
                let mut link = Link::new(connection, response_timeout, share.take());
                match link.send(message(), acquire_timeout).await {
                    Ok(answer) => return Ok((link, answer)),
                    Err(error) if connection_lost(&error) => {
                        tracing::debug!(%error, "a pooled connection was dead");
                        share = link.take_share();
                    }
                    Err(error) => return Err(error),
                }
            }
        });
        timeout(acquire_timeout, attempts).await.unwrap_or(Err(Error::PoolTimedOut))
    }
}

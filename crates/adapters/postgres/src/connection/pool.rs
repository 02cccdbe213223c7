use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use plinth_ports::StoreError;
use sqlx::{Error, SqlSafeStr, SqlStr};
use tokio::{sync::OnceCell, time::timeout};

use super::{
    Begin, Transaction,
    entered::Entered,
    groups::Groups,
    link::{Answer, Link, Message},
    queue::Queue,
    shares::Shares,
    watched::Watched,
};
use crate::{
    InvalidUrl, PoolOptions, RoleError,
    clock::Observed,
    error::{connection_lost, store_error},
    observer::Observer,
    role,
};

/// The connections to the database.
#[derive(Debug, Clone)]
pub struct Connections {
    queue: Queue,
    acquire_timeout: Duration,
    response_timeout: Duration,
    /// Set once it is known that row level security applies to the role.
    verified: Arc<OnceCell<()>>,
    observed: Observed,
    shares: Shares,
    groups: Groups,
}

impl Connections {
    /// Connects at its first use.
    pub fn new(options: PoolOptions<'_>) -> Result<Self, InvalidUrl> {
        let acquire_timeout = options.acquire_timeout;
        let each = options.connections_per_organization.min(options.max_connections);
        Ok(Self {
            acquire_timeout,
            response_timeout: options.response_timeout(),
            queue: options.queue()?,
            verified: Arc::default(),
            observed: Observed::default(),
            shares: Shares::new(each, acquire_timeout),
            groups: Groups::default(),
        })
    }

    /// The server's time, as its answers tell it.
    pub const fn observed(&self) -> &Observed {
        &self.observed
    }

    /// The connections themselves, for their counts and for closing them.
    pub const fn queue(&self) -> &Queue {
        &self.queue
    }

    /// The commits that wait for the share of their organization.
    pub const fn groups(&self) -> &Groups {
        &self.groups
    }

    /// Is told how long statements take.
    pub fn observer(&self) -> Option<&Arc<dyn Observer>> {
        self.queue.observer()
    }

    /// How long opening a connection may take.
    pub const fn acquire_timeout(&self) -> Duration {
        self.acquire_timeout
    }

    /// Checks that row level security applies to the role of the connections.
    pub async fn verify_role(&self) -> Result<(), RoleError> {
        let asked = async {
            let connection = self.queue.acquire(self.acquire_timeout).await;
            let mut connection = connection.map_err(role::unreachable)?;
            let verified = role::verify(connection.ask().map_err(role::unreachable)?).await;
            if !matches!(verified, Err(RoleError::Unreachable(_))) {
                connection.rest();
            }
            verified
        };
        let limit = self.acquire_timeout.saturating_add(self.response_timeout);
        let asked = timeout(limit, asked).await;
        asked.unwrap_or(Err(RoleError::Unreachable(Error::PoolTimedOut)))?;
        drop(self.verified.set(()));
        Ok(())
    }

    /// Waits for the share of the organization. None gets in before the role was verified.
    pub async fn enter(&self, begin: &Begin) -> Result<Entered, StoreError> {
        if !self.verified.initialized() {
            let verified = Box::pin(self.verify_role()).await;
            verified.map_err(|error| store_error(error.into()))?;
        }
        let deadline = Instant::now() + self.acquire_timeout;
        let share = match begin.organization() {
            Some(organization) => Some(self.shares.enter(organization, begin.purpose()).await?),
            None => None,
        };
        let response_timeout = begin.response_timeout(self.response_timeout);
        Ok(Entered { share, deadline, response_timeout })
    }

    /// Opens a transaction.
    pub async fn begin(&self, begin: Begin) -> Result<Transaction, StoreError> {
        let entered = self.enter(&begin).await?;
        let watched = Watched::new(self.observer(), "BEGIN");
        let opened = watched.run(self.first(entered, || begin.message())).await;
        let (link, answer) = opened.map_err(store_error)?;
        if let Answer::OpenSince(time) | Answer::OpenLocking(time, _) = answer {
            self.observed.note(time);
        }
        Ok(Transaction::new(link, answer))
    }

    /// Runs `SELECT 1`.
    pub async fn ping(&self) -> Result<(), Error> {
        self.run(|| "SELECT 1".into_sql_str()).await.map(drop)
    }

    /// Runs statements as one message in one transaction of their own, and returns the number of
    /// written rows. They run a second time when the connection was lost.
    pub async fn run(&self, sql: impl Fn() -> SqlStr) -> Result<u64, Error> {
        let entered = Entered {
            share: None,
            deadline: Instant::now() + self.acquire_timeout,
            response_timeout: self.response_timeout,
        };
        let (_, answer) = self.first(entered, || Message::Simple(sql())).await?;
        Ok(if let Answer::Written(rows) = answer { rows } else { 0 })
    }

    /// Takes a connection and sends the first message on it. An idle connection may be dead; then
    /// another one is tried.
    async fn first(
        &self,
        entered: Entered,
        message: impl Fn() -> Message,
    ) -> Result<(Link, Answer), Error> {
        let mut link = self.link(entered).await?;
        loop {
            match link.send(message(), self.acquire_timeout).await {
                Err(error) if link.was_idle() && connection_lost(&error) => {
                    link = self.replace(link).await?;
                }
                answer => return answer.map(|answer| (link, answer)),
            }
        }
    }

    /// Takes a connection, which may be dead when it was idle.
    pub async fn link(&self, entered: Entered) -> Result<Link, Error> {
        let left = entered.deadline.saturating_duration_since(Instant::now());
        let connection = self.queue.acquire(left).await?;
        Ok(Link::new(connection, entered))
    }

    /// Takes another connection instead of one that was dead.
    pub async fn replace(&self, dead: Link) -> Result<Link, Error> {
        tracing::debug!("an idle connection was dead");
        self.link(dead.give_up()).await
    }
}

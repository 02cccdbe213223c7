use plinth_domain::Timestamp;
use plinth_ports::{Result, StoreError};
use sqlx::postgres::PgRow;

use super::{
    link::{Answer, Link},
    statements::Statements,
    watched::Watched,
};
use crate::{error::store_error, sql::Sql};

/// An open transaction. Dropping it discards its writes.
#[derive(Debug)]
pub struct Transaction {
    link: Link,
    /// When it began on the server's clock; `None` in one that only reads.
    began: Option<Timestamp>,
    /// Whether the lock that its first message tried was free; `None` when it tried none.
    held: Option<bool>,
}

impl Transaction {
    pub const fn new(link: Link, answer: Answer) -> Self {
        let (began, held) = match answer {
            Answer::OpenSince(time) => (Some(time), None),
            Answer::OpenLocking(time, held) => (Some(time), Some(held)),
            Answer::Open | Answer::Written(_) => (None, None),
        };
        Self { link, began, held }
    }

    /// The time of everything that it stores: when it began, on the server's clock.
    pub fn now(&self) -> Timestamp {
        self.began.unwrap_or_default()
    }

    /// Sets the time of everything that it stores.
    pub const fn backdate(&mut self, began: Timestamp) {
        self.began = Some(began);
    }

    /// Whether the lock that its first message tried was free; `None` when it tried none.
    pub const fn held(&self) -> Option<bool> {
        self.held
    }

    /// Runs a statement, and returns the number of affected rows.
    pub async fn execute(&mut self, sql: Sql) -> Result<u64> {
        let watched = Watched::new(self.link.observer(), sql.text());
        watched.run(self.link.execute(sql)).await.map_err(store_error)
    }

    /// Runs a change of one row; [`StoreError::Stale`] where there was none to change.
    pub async fn change(&mut self, change: Sql) -> Result<()> {
        if self.row(change.alone()).await?.is_some() { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Commits.
    pub async fn commit(mut self) -> Result<()> {
        let watched = Watched::new(self.link.observer(), "COMMIT");
        watched.run(self.link.commit()).await.map_err(store_error)
    }

    /// Rolls back. When that fails, the connection does not return to its queue,
    /// and the server rolls back by itself.
    pub async fn rollback(mut self) {
        let watched = Watched::new(self.link.observer(), "ROLLBACK");
        drop(watched.run(self.link.rollback()).await);
    }
}

impl Statements for Transaction {
    async fn each(&mut self, sql: Sql, take: impl FnMut(PgRow) -> bool + Send) -> Result<()> {
        let watched = Watched::new(self.link.observer(), sql.text());
        watched.run(self.link.each(sql, take)).await.map_err(store_error)
    }
}

use plinth_domain::Timestamp;
use plinth_ports::{Result, StoreError};
use sqlx::postgres::PgRow;

use super::{Deferred, Reads, Transaction, statements::Statements};
use crate::sql::Sql;

/// How the statements of a unit run.
#[derive(Debug)]
pub enum Work {
    /// In one transaction.
    Together(Transaction),
    /// New rows wait for the commit; any other statement opens a transaction.
    Deferred(Deferred),
    /// Each by itself; they only read.
    Apart(Reads),
}

impl Work {
    /// The time of everything that it stores; the epoch where it only reads.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Together(tx) => tx.now(),
            Self::Deferred(rows) => rows.began(),
            Self::Apart(_) => Timestamp::default(),
        }
    }

    /// Runs an `INSERT` of one row that selects its values, or keeps it for the commit, which then
    /// answers its error.
    pub async fn add(&mut self, sql: Sql) -> Result<()> {
        if let Self::Deferred(rows) = self {
            rows.add(sql);
            return Ok(());
        }
        self.execute(sql).await.map(drop)
    }

    /// Runs a change, or keeps it for the commit.
    pub async fn change(&mut self, change: Sql) -> Result<()> {
        match self {
            Self::Together(tx) => tx.change(change).await,
            Self::Deferred(rows) => rows.change(change),
            Self::Apart(_) => Err(StoreError::Other("a view writes nothing".into())),
        }
    }

    /// Runs a statement, and returns the number of affected rows.
    pub async fn execute(&mut self, sql: Sql) -> Result<u64> {
        self.open().await?;
        match self {
            Self::Together(tx) => tx.execute(sql).await,
            Self::Deferred(_) | Self::Apart(_) => {
                Err(StoreError::Other("a view writes nothing".into()))
            }
        }
    }

    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Together(tx) => tx.commit().await,
            Self::Deferred(rows) => rows.commit().await,
            Self::Apart(_) => Ok(()),
        }
    }

    pub async fn rollback(self) {
        if let Self::Together(tx) = self {
            tx.rollback().await;
        }
    }

    /// Opens the transaction that was deferred.
    async fn open(&mut self) -> Result<()> {
        if let Self::Deferred(rows) = self {
            // Large, and rare: it would be part of the future of each statement.
            *self = Self::Together(Box::pin(rows.open()).await?);
        }
        Ok(())
    }
}

impl Statements for Work {
    async fn each(&mut self, sql: Sql, take: impl FnMut(PgRow) -> bool + Send) -> Result<()> {
        self.open().await?;
        match self {
            Self::Together(tx) => tx.each(sql, take).await,
            Self::Apart(reads) => reads.each(sql, take).await,
            Self::Deferred(_) => Err(StoreError::Other("no transaction is open".into())),
        }
    }
}

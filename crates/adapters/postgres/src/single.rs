//! Counts the processes that run without Redis.
//!
//! Without Redis, rate limits and cached permissions belong to one process: a
//! second process would accept what the first has revoked. Nothing prevents it,
//! but each such process holds a lease of its own, so that `plinth doctor` can
//! see it before another one starts.

use std::time::Duration;

use plinth_ports::Result;
use sqlx::Row as _;
use tokio::{task::JoinHandle, time::sleep};

use crate::{
    PgStore,
    connection::{Connections, Reads, Statements},
    leases::{self, Lease},
    sql::Sql,
};

/// How long a process is counted after its last sign of life.
const LEASE: Duration = Duration::from_secs(30);
const RENEWAL: Duration = Duration::from_secs(10);
const RETRY: Duration = Duration::from_secs(2);

const COUNT: &str = "SELECT count(*) FROM leases WHERE name LIKE 'single:%' AND until > now()";

/// Announces, as long as it is held, that this process runs without Redis.
#[derive(Debug)]
#[must_use = "the announcement expires when this is dropped"]
pub struct SingleProcess {
    lease: Lease,
    renewals: JoinHandle<()>,
}

impl SingleProcess {
    /// Ends the announcement at once.
    pub async fn end(self) {
        self.renewals.abort();
        if let Err(error) = self.lease.release().await {
            tracing::debug!(%error, "the database still counts this process for a while");
        }
    }
}

impl Drop for SingleProcess {
    fn drop(&mut self) {
        self.renewals.abort();
    }
}

impl PgStore {
    /// Announces that this process runs without Redis, once in a process. Must be called inside a
    /// Tokio runtime.
    pub fn announce_single(&self) -> SingleProcess {
        let holder = leases::holder();
        let connections: Connections = self.connections().clone();
        let lease = Lease::new(connections, format!("single:{holder}"), holder, LEASE);
        let renewals = tokio::spawn(announce(lease.clone()));
        SingleProcess { lease, renewals }
    }

    /// The number of processes that run without Redis now.
    pub async fn count_single(&self) -> Result<u64> {
        let mut reads = Reads::of_all(self.connections().clone());
        let row = reads.row(Sql::fixed(COUNT, Vec::new())).await?;
        let count: i64 = row.and_then(|row| row.try_get(0).ok()).unwrap_or_default();
        Ok(count.unsigned_abs())
    }
}

async fn announce(lease: Lease) {
    loop {
        let renewed = async { Ok(lease.renew().await? || lease.take().await?) };
        match renewed.await {
            Ok(_) => sleep(RENEWAL).await,
            Err(error) => {
                let error: sqlx::Error = error;
                tracing::debug!(%error, "the database does not know that this process is there");
                sleep(RETRY).await;
            }
        }
    }
}

//! Counts the processes that run without Redis.
//!
//! Without Redis, rate limits and cached permissions belong to one process: a
//! second process would accept what the first has revoked. Nothing prevents it,
//! but each such process holds a shared advisory lock, so that `plinth doctor`
//! can see it before another one starts.

use std::{convert::Infallible, sync::Arc, time::Duration};

use plinth_ports::Result;
use sqlx::{ConnectOptions, Connection, Error, PgPool, postgres::PgConnectOptions};
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{PgStore, error::store_error};

/// The two numbers of the lock: "PLNT" in ASCII, and the first of its kind.
const LOCK: (i32, i32) = (0x504c_4e54, 1);
/// The interval at which the connection is used, so that no proxy closes it.
const PING_INTERVAL: Duration = Duration::from_secs(10);
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(5);
const RECONNECT_DELAY: Duration = Duration::from_secs(2);

const COUNT: &str = "
    SELECT count(DISTINCT pid) FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND classid::bigint = $1 AND objid::bigint = $2";

/// Announces, as long as it is held, that this process runs without Redis.
#[derive(Debug)]
#[must_use = "the announcement ends when this is dropped"]
pub struct SingleProcess(JoinHandle<()>);

impl Drop for SingleProcess {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl PgStore {
    /// Announces that this process runs without Redis, once in a process. It
    /// keeps one connection besides those of the pool, and reconnects when that
    /// is lost. Must be called inside a Tokio runtime.
    pub fn announce_single(&self) -> SingleProcess {
        let options = self.connections().pool().connect_options();
        SingleProcess(tokio::spawn(announce(options)))
    }

    /// The number of processes that run without Redis now.
    pub async fn count_single(&self) -> Result<u64> {
        count(self.connections().pool()).await.map_err(store_error)
    }
}

async fn announce(options: Arc<PgConnectOptions>) {
    loop {
        let Err(error) = hold(&options).await;
        tracing::debug!(%error, "the database does not know that this process is there");
        sleep(RECONNECT_DELAY).await;
    }
}

/// Holds the lock as long as the connection lasts.
async fn hold(options: &PgConnectOptions) -> Result<Infallible, Error> {
    let late = |_| Error::PoolTimedOut;
    let mut connection = timeout(RESPONSE_TIMEOUT, options.connect()).await.map_err(late)??;
    let lock = sqlx::query("SELECT pg_advisory_lock_shared($1, $2)").bind(LOCK.0).bind(LOCK.1);
    timeout(RESPONSE_TIMEOUT, lock.execute(&mut connection)).await.map_err(late)??;
    loop {
        sleep(PING_INTERVAL).await;
        timeout(RESPONSE_TIMEOUT, connection.ping()).await.map_err(late)??;
    }
}

async fn count(pool: &PgPool) -> Result<u64, Error> {
    let count: i64 = sqlx::query_scalar(COUNT)
        .bind(i64::from(LOCK.0))
        .bind(i64::from(LOCK.1))
        .fetch_one(pool)
        .await?;
    Ok(count.unsigned_abs())
}

//! Who leads, by an advisory lock: it ends with its connection, whatever ends
//! that.

use std::time::Duration;

use async_trait::async_trait;
use ports::{Lead, Leadership, Result};
use sqlx::{Connection, Error, PgConnection};
use tokio::time::timeout;

use crate::{PgStore, error::store_error};

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The lock's key is the name's hash. Those of one key are apart from the
/// migrations' and from the idempotency keys', which are of transactions.
const TRY: &str = "SELECT pg_try_advisory_lock(hashtextextended('lead/' || $1, 0))";

/// Leadership by PostgreSQL's advisory locks.
#[derive(Debug)]
pub struct PgLeadership {
    store: PgStore,
}

impl PgLeadership {
    /// Whoever uses the same database competes.
    #[must_use]
    pub const fn new(store: PgStore) -> Self {
        Self { store }
    }
}

#[async_trait]
impl Leadership for PgLeadership {
    async fn try_lead(&self, name: &str) -> Result<Option<Box<dyn Lead>>> {
        // A connection of its own: a pooled one would be closed for its age.
        let options = self.store.connections().pool().connect_options();
        let attempt = async {
            let mut connection = PgConnection::connect_with(&options).await?;
            let leads: bool = sqlx::query_scalar(TRY).bind(name).fetch_one(&mut connection).await?;
            Ok((leads, connection))
        };
        let (leads, connection) = in_time(attempt).await.map_err(store_error)?;
        if leads {
            return Ok(Some(Box::new(PgLead { connection })));
        }
        // Nothing is lost when the farewell does not arrive.
        in_time(connection.close()).await.ok();
        Ok(None)
    }
}

/// The connection that holds the lock.
struct PgLead {
    connection: PgConnection,
}

#[async_trait]
impl Lead for PgLead {
    async fn is_held(&mut self) -> bool {
        in_time(self.connection.ping()).await.is_ok()
    }
}

async fn in_time<T>(answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(PATIENCE, answer).await.unwrap_or(Err(Error::PoolTimedOut))
}

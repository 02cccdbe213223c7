//! Leadership is an advisory lock of a session: the server releases it when the
//! connection ends.

use std::time::Duration;

use async_trait::async_trait;
use plinth_ports::{Lead, Leadership, Result};
use sqlx::{Connection, Error, PgConnection};
use tokio::time::timeout;

use crate::{PgStore, error::store_error};

/// The timeout of a response, after which the process does not lead.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(5);

/// The name, with a prefix that no other use of advisory locks has.
const TRY_LOCK: &str = "SELECT pg_try_advisory_lock(hashtextextended('plinth lead ' || $1, 0))";

#[async_trait]
impl Leadership for PgStore {
    async fn try_lead(&self, name: &'static str) -> Result<Option<Box<dyn Lead>>> {
        let options = self.connections().pool().connect_options();
        // Not one of the pool's connections: those serve requests, and the pool
        // limits their age.
        let locking = async {
            let mut connection = PgConnection::connect_with(&options).await?;
            let query = sqlx::query_scalar::<_, bool>(TRY_LOCK).bind(name);
            let locked = query.fetch_one(&mut connection).await?;
            Ok::<_, Error>(locked.then_some(connection))
        };
        let connection =
            timeout(RESPONSE_TIMEOUT, locking).await.unwrap_or(Err(Error::PoolTimedOut));
        let connection = connection.map_err(store_error)?;
        Ok(connection.map(|connection| Box::new(Held(connection)) as Box<dyn Lead>))
    }
}

/// The connection that holds the lock. Dropping it releases the lock.
#[derive(Debug)]
struct Held(PgConnection);

#[async_trait]
impl Lead for Held {
    async fn is_held(&mut self) -> bool {
        matches!(timeout(RESPONSE_TIMEOUT, self.0.ping()).await, Ok(Ok(())))
    }
}

use std::time::Duration;

use async_trait::async_trait;
use plinth_ports::{Lead, Leadership, Result};

use crate::{
    PgStore,
    error::store_error,
    leases::{Lease, holder},
};

/// How long a lead lasts: with the time between two tries, another process leads within 15 s.
const LEASE: Duration = Duration::from_secs(10);

/// Leadership by leases in this database.
#[derive(Debug)]
pub struct PgLeadership {
    store: PgStore,
    lease: Duration,
}

impl PgLeadership {
    /// Leads last ten seconds.
    #[must_use]
    pub const fn new(store: PgStore) -> Self {
        Self { store, lease: LEASE }
    }

    /// Leads last `lease`.
    #[must_use]
    pub fn lasting(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }
}

#[async_trait]
impl Leadership for PgLeadership {
    async fn try_lead(&self, name: &'static str) -> Result<Option<Box<dyn Lead>>> {
        let (connections, name) = (self.store.connections().clone(), name.to_owned());
        let lease = Lease::new(connections, name, holder(), self.lease);
        let taken = lease.take().await.map_err(store_error)?;
        Ok(taken.then(|| Box::new(Held(lease)) as Box<dyn Lead>))
    }
}

#[derive(Debug)]
struct Held(Lease);

#[async_trait]
impl Lead for Held {
    fn lease(&self) -> Duration {
        self.0.time()
    }

    async fn renew(&mut self) -> Result<bool> {
        self.0.renew().await.map_err(store_error)
    }

    async fn release(self: Box<Self>) -> Result<()> {
        self.0.release().await.map_err(store_error)
    }
}

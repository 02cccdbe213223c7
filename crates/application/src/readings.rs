//! The turns to read documents of others in confined processes.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use plinth_domain::OrganizationId;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::Error;

/// How many documents this process reads at once.
const AT_ONCE: usize = 2;

/// The documents that this process reads: one of each organization at once.
#[derive(Debug)]
pub(crate) struct Readings {
    places: Semaphore,
    of: Mutex<HashSet<OrganizationId>>,
}

/// The turn of an organization; dropping it ends it.
pub(crate) struct Turn<'a> {
    readings: &'a Readings,
    organization: OrganizationId,
    permit: Option<SemaphorePermit<'a>>,
}

impl Readings {
    pub(crate) fn new() -> Self {
        Self { places: Semaphore::new(AT_ONCE), of: Mutex::default() }
    }

    /// The turn of an organization, which has one at most.
    pub(crate) fn enter(&self, organization: OrganizationId) -> Result<Turn<'_>, Error> {
        if self.of.lock().unwrap_or_else(PoisonError::into_inner).insert(organization) {
            return Ok(Turn { readings: self, organization, permit: None });
        }
        Err(Error::ORGANIZATION_BUSY)
    }
}

impl Turn<'_> {
    /// Waits for a place of the process. What comes from the storage is read before, at the
    /// organization's own pace.
    pub(crate) async fn start(mut self) -> Self {
        self.permit = self.readings.places.acquire().await.ok();
        self
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut of = self.readings.of.lock().unwrap_or_else(PoisonError::into_inner);
        of.remove(&self.organization);
    }
}

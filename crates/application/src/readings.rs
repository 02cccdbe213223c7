//! The turns to read documents of others in confined processes, to write those with files in them, and
//! to render long prompts.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use plinth_domain::OrganizationId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Error;

/// How many documents this process reads, or writes, at once.
const AT_ONCE: usize = 2;

/// The documents that this process reads: one of each organization at once.
#[derive(Debug)]
pub(crate) struct Readings {
    places: Arc<Semaphore>,
    of: Mutex<HashSet<OrganizationId>>,
}

/// The turn of an organization; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Turn {
    readings: Arc<Readings>,
    organization: OrganizationId,
    permit: Option<OwnedSemaphorePermit>,
}

impl Readings {
    pub(crate) fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), of: Mutex::default() }
    }

    /// The turn of an organization, which has one at most.
    pub(crate) fn enter(self: &Arc<Self>, organization: OrganizationId) -> Result<Turn, Error> {
        if self.of.lock().unwrap_or_else(PoisonError::into_inner).insert(organization) {
            return Ok(Turn { readings: Arc::clone(self), organization, permit: None });
        }
        Err(Error::ORGANIZATION_BUSY)
    }
}

impl Turn {
    /// Waits for a place of the process. What comes from the storage is read before, at the
    /// organization's own pace.
    pub(crate) async fn start(mut self) -> Self {
        self.permit = Arc::clone(&self.readings.places).acquire_owned().await.ok();
        self
    }

    /// Leaves the place of the process. The turn goes on: the organization has the result in memory.
    pub(crate) fn leave(&mut self) {
        self.permit = None;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut of = self.readings.of.lock().unwrap_or_else(PoisonError::into_inner);
        of.remove(&self.organization);
    }
}

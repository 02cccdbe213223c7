use std::sync::Arc;

use async_trait::async_trait;
use plinth_domain::OrganizationId;
use plinth_ports::{Bus, CatalogueCache, CatalogueEntry, CatalogueKey, Signal};

use crate::InProcessCatalogueCache;

/// Caches inside the process what executions read, and shares invalidations with the other processes.
///
/// Invalidations are published on the bus, and those of other processes are applied here. When
/// signals may have been missed, everything is invalidated; while the bus is disconnected, nothing is
/// found, so that executions read the store.
pub struct SharedCatalogueCache {
    local: Arc<InProcessCatalogueCache>,
    bus: Arc<dyn Bus>,
}

impl SharedCatalogueCache {
    /// A cache that listens to `bus`.
    #[must_use]
    pub fn new(local: InProcessCatalogueCache, bus: Arc<dyn Bus>) -> Self {
        let local = Arc::new(local);
        // Weak: the bus keeps its handlers for ever.
        let heard = Arc::downgrade(&local);
        bus.attend(Box::new(move |signal| {
            let Some(local) = heard.upgrade() else { return };
            match signal {
                Signal::Catalogue(organization) => local.forget_here(organization),
                Signal::Missed => local.forget_all(),
                Signal::Access(_)
                | Signal::Events(_)
                | Signal::Executions
                | Signal::Jobs
                | Signal::Journal => {}
            }
        }));
        Self { local, bus }
    }
}

#[async_trait]
impl CatalogueCache for SharedCatalogueCache {
    fn find(&self, organization: OrganizationId, key: &CatalogueKey) -> Option<CatalogueEntry> {
        self.bus.is_connected().then(|| self.local.find(organization, key)).flatten()
    }

    fn epoch(&self) -> u64 {
        self.local.epoch()
    }

    fn put(
        &self,
        organization: OrganizationId,
        key: CatalogueKey,
        entry: CatalogueEntry,
        epoch: u64,
    ) {
        self.local.put(organization, key, entry, epoch);
    }

    /// Invalidates here at once, by the handler of signals, and in the other processes by a signal.
    fn forget(&self, organization: OrganizationId) {
        self.bus.publish(Signal::Catalogue(organization));
    }

    fn forget_all(&self) {
        self.local.forget_all();
    }

    async fn forgotten_everywhere(&self) {
        self.bus.confirmed().await;
    }
}

use std::sync::Arc;

use plinth_ports::{AccessCache, Bus, CachedAccess, Invalidation, Signal, Signals, TokenHash};
use tokio_util::task::AbortOnDropHandle;

use crate::InProcessAccessCache;

/// Caches accesses inside the process, and shares invalidations with the other processes.
///
/// Invalidations are published on the bus, and those of other processes are applied here. When
/// signals may have been missed, everything is invalidated. While the bus is disconnected the cache
/// returns nothing, so every request queries the database: that is slower, but a revocation by
/// another process takes effect.
///
/// A revocation takes effect after the delay of a signal: that of a message, or, when the
/// connection has just stalled, the time the bus needs to notice.
pub struct SharedAccessCache {
    local: Arc<InProcessAccessCache>,
    bus: Arc<dyn Bus>,
    /// Aborted when the cache is dropped.
    _listener: AbortOnDropHandle<()>,
}

impl SharedAccessCache {
    /// A cache that listens to `bus`. Must be called inside the Tokio runtime that the listener
    /// will run on.
    #[must_use]
    pub fn new(local: InProcessAccessCache, bus: Arc<dyn Bus>) -> Self {
        let local = Arc::new(local);
        let listener = tokio::spawn(listen(local.clone(), bus.subscribe()));
        Self { local, bus, _listener: AbortOnDropHandle::new(listener) }
    }
}

async fn listen(cache: Arc<InProcessAccessCache>, mut signals: Box<dyn Signals>) {
    loop {
        match signals.next().await {
            Signal::Access(stale) => cache.forget(stale),
            Signal::Missed => cache.forget_all(),
            Signal::Journal | Signal::Events(_) | Signal::Jobs => {}
        }
    }
}

impl AccessCache for SharedAccessCache {
    fn find(&self, token: &TokenHash) -> Option<CachedAccess> {
        if self.bus.is_connected() { self.local.find(token) } else { None }
    }

    fn epoch(&self) -> u64 {
        self.local.epoch()
    }

    fn put(&self, token: TokenHash, access: CachedAccess, epoch: u64) {
        self.local.put(token, access, epoch);
    }

    /// Invalidates here at once, and in the other processes by a signal.
    fn forget(&self, stale: Invalidation) {
        self.local.forget(stale);
        self.bus.publish(Signal::Access(stale));
    }

    /// Invalidates everything here at once, and in the other processes by a signal.
    fn forget_all(&self) {
        self.local.forget_all();
        self.bus.publish(Signal::Missed);
    }
}

#[cfg(test)]
mod tests;

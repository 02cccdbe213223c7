use std::sync::Arc;

use plinth_ports::{AccessCache, Bus, CachedAccess, Signal, Signals, Stale, TokenHash};
use tokio_util::task::AbortOnDropHandle;

use crate::InProcessAccessCache;

/// Remembers admissions inside the process, and forgets them together with the
/// other processes.
///
/// A change of a right is told to the others by the bus. What they tell is
/// forgotten here; when something may have been missed, everything is. While
/// the bus is cut off nothing is found, so that the database is asked: that
/// costs time, and nobody gets in by a right that another process took away.
///
/// What is left is the time that a signal takes. It is that of a message, or,
/// when the connection has just stalled, what the bus needs to notice.
pub struct SharedAccessCache {
    local: Arc<InProcessAccessCache>,
    bus: Arc<dyn Bus>,
    /// Ends when this is dropped.
    _listener: AbortOnDropHandle<()>,
}

impl SharedAccessCache {
    /// A cache that listens to `bus` from now on. Must be called inside a Tokio
    /// runtime, the one that it listens on.
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

    /// Forgets here at once, and tells the others.
    fn forget(&self, stale: Stale) {
        self.local.forget(stale);
        self.bus.publish(Signal::Access(stale));
    }

    /// Forgets everything here, and tells the others to do likewise.
    fn forget_all(&self) {
        self.local.forget_all();
        self.bus.publish(Signal::Missed);
    }
}

#[cfg(test)]
mod tests;

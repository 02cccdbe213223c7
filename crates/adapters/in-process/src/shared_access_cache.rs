use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use plinth_ports::{AccessCache, Bus, Cached, CachedAccess, Invalidation, Signal, TokenHash};

use crate::{Grace, InProcessAccessCache};

/// Caches accesses inside the process, and shares invalidations with the other processes.
///
/// Invalidations are published on the bus, and those of other processes are applied here. When
/// signals may have been missed, everything is invalidated.
///
/// While the bus is disconnected, and for a moment after, an admission is found that was certain a
/// few seconds ago ([`Self::GRACE`]): a revocation by another process then takes effect that much
/// later. Without this grace, each request and each open stream would query the database, and all
/// at once. Each token has its own part of the grace, so that the queries are spread.
pub struct SharedAccessCache {
    shared: Arc<Shared>,
    bus: Arc<dyn Bus>,
}

/// What the handler of signals reaches.
struct Shared {
    local: InProcessAccessCache,
    grace: Grace,
    /// When the connection was lost, or came back.
    interrupted_at: Mutex<Option<Instant>>,
}

impl SharedAccessCache {
    /// With the three seconds in which a bus notices that its connection stands still, and the second
    /// between two checks of a stream, a revocation takes effect within five seconds.
    pub const GRACE: Grace = Grace {
        after_doubt: Duration::from_millis(500),
        after_look_up: Duration::from_millis(3500),
    };

    /// A cache that listens to `bus`.
    #[must_use]
    pub fn new(local: InProcessAccessCache, bus: Arc<dyn Bus>) -> Self {
        Self::with_grace(local, bus, Self::GRACE)
    }

    /// A cache with another grace.
    #[must_use]
    pub fn with_grace(local: InProcessAccessCache, bus: Arc<dyn Bus>, grace: Grace) -> Self {
        let shared = Arc::new(Shared { local, grace, interrupted_at: Mutex::default() });
        // Weak on both sides: the bus keeps its handlers for ever, and neither keeps the other.
        let (heard, connected) = (Arc::downgrade(&shared), Arc::downgrade(&bus));
        bus.attend(Box::new(move |signal| hear(&heard, &connected, signal)));
        Self { shared, bus }
    }
}

fn hear(shared: &Weak<Shared>, bus: &Weak<dyn Bus>, signal: Signal) {
    let Some(shared) = shared.upgrade() else { return };
    match signal {
        Signal::Access(stale) => shared.local.forget(stale),
        // The connection was lost, or is about to come back.
        Signal::Missed if bus.upgrade().is_some_and(|bus| !bus.is_connected()) => {
            shared.local.doubt_all();
            *lock(&shared.interrupted_at) = Some(Instant::now());
        }
        // Signals of a connected bus were lost.
        Signal::Missed => shared.local.forget_all(),
        Signal::Catalogue(_)
        | Signal::Journal
        | Signal::Events(_)
        | Signal::Executions
        | Signal::Jobs => {}
    }
}

impl Shared {
    /// The grace of a token: a part of that after a doubt, and at least two thirds of that after a
    /// look-up.
    fn grace_of(&self, token: &TokenHash) -> Grace {
        let (Grace { after_doubt, after_look_up }, share) = (self.grace, share(token));
        Grace {
            after_doubt: after_doubt.mul_f32(share),
            after_look_up: after_look_up.mul_f32((2.0 + share) / 3.0),
        }
    }

    /// Whether the connection was lost or came back a moment ago.
    fn is_unsettled(&self) -> bool {
        lock(&self.interrupted_at).is_some_and(|at| at.elapsed() < self.grace.after_doubt)
    }
}

/// A number from 0 to 1 that spreads tokens evenly. A hash is random.
fn share(token: &TokenHash) -> f32 {
    f32::from(token[0]) / f32::from(u8::MAX)
}

fn lock<T>(value: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl AccessCache for SharedAccessCache {
    fn find(&self, token: &TokenHash) -> Option<Cached> {
        let local = &self.shared.local;
        let found = local.find(token);
        let connected = self.bus.is_connected();
        if connected && (found.is_some() || !self.shared.is_unsettled()) {
            return found;
        }
        let doubtful = local.find_doubtful(token, self.shared.grace_of(token));
        doubtful.map(Cached::Admitted).or(found.filter(|found| *found == Cached::Refused))
    }

    fn epoch(&self) -> u64 {
        self.shared.local.epoch()
    }

    fn put(&self, token: TokenHash, access: CachedAccess, epoch: u64) {
        self.shared.local.put(token, access, epoch);
    }

    fn put_refused(&self, token: TokenHash) {
        self.shared.local.put_refused(token);
    }

    fn put_known(&self, token: TokenHash) {
        self.shared.local.put_known(token);
    }

    fn is_known(&self, token: &TokenHash) -> bool {
        self.shared.local.is_known(token)
    }

    /// Invalidates here at once, by the handler of signals, and in the other processes by a signal.
    fn forget(&self, stale: Invalidation) {
        self.bus.publish(Signal::Access(stale));
    }

    /// Invalidates everything here at once, and in the other processes by a signal.
    fn forget_all(&self) {
        self.shared.local.forget_all();
        self.bus.publish(Signal::Missed);
    }

    async fn forgotten_everywhere(&self) {
        self.bus.confirmed().await;
    }
}

#[cfg(test)]
mod tests;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use moka::sync::Cache;
use plinth_ports::{AccessCache, CachedAccess, Invalidation, TokenHash};

/// An access, and the epoch in which it was looked up.
#[derive(Debug, Clone, Copy)]
struct Entry {
    access: CachedAccess,
    epoch: u64,
}

/// Caches accesses by token inside the process.
///
/// An invalidation searches no entries. It increments the epoch and records it; an entry is valid
/// while no invalidation that covers it has a higher epoch. So an invalidation costs the same with
/// 100,000 tokens as with one, and an access that was read before a revocation is never valid after
/// it, regardless of when it is put.
#[derive(Debug)]
pub struct InProcessAccessCache {
    epoch: AtomicU64,
    entries: Cache<TokenHash, Entry>,
    /// The epoch of the last invalidation of each member and user. It is unbounded on purpose:
    /// evicting one would make revoked accesses valid again.
    forgotten: Cache<Invalidation, u64>,
    /// The epoch of the last invalidation of everything.
    all_forgotten: AtomicU64,
}

impl InProcessAccessCache {
    /// The default for the maximum number of entries.
    pub const CAPACITY: u64 = 100_000;
    /// The default for the lifetime of an entry.
    pub const TIME_TO_LIVE: Duration = Duration::from_mins(1);

    /// An empty cache with the default bounds.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Self::CAPACITY, Self::TIME_TO_LIVE)
    }

    /// An empty cache of at most `capacity` entries that expire after `time_to_live`.
    #[must_use]
    pub fn with(capacity: u64, time_to_live: Duration) -> Self {
        Self {
            epoch: AtomicU64::new(0),
            entries: Cache::builder().max_capacity(capacity).time_to_live(time_to_live).build(),
            // Twice as long as the entries that they invalidate.
            forgotten: Cache::builder().time_to_live(time_to_live * 2).build(),
            all_forgotten: AtomicU64::new(0),
        }
    }

    fn is_valid(&self, entry: &Entry) -> bool {
        if entry.epoch == self.epoch() {
            return true;
        }
        if entry.epoch < self.all_forgotten.load(Ordering::SeqCst) {
            return false;
        }
        let access = &entry.access.access;
        let Some(user) = access.principal().user() else { return true };
        [Invalidation::Member(access.organization(), user), Invalidation::User(user)]
            .iter()
            .all(|stale| self.forgotten.get(stale).is_none_or(|number| number <= entry.epoch))
    }
}

impl Default for InProcessAccessCache {
    fn default() -> Self {
        Self::new()
    }
}

impl AccessCache for InProcessAccessCache {
    fn find(&self, token: &TokenHash) -> Option<CachedAccess> {
        self.entries.get(token).filter(|entry| self.is_valid(entry)).map(|entry| entry.access)
    }

    fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    fn put(&self, token: TokenHash, access: CachedAccess, epoch: u64) {
        // An invalidation between this line and the next still applies: its epoch is higher than
        // the entry's.
        if epoch == self.epoch() {
            self.entries.insert(token, Entry { access, epoch });
        }
    }

    fn forget(&self, stale: Invalidation) {
        let number = self.epoch.fetch_add(1, Ordering::SeqCst) + 1;
        // Concurrent invalidations arrive here in any order: the higher epoch is kept.
        self.forgotten
            .entry(stale)
            .and_upsert_with(|last| last.map_or(number, |last| last.into_value().max(number)));
    }

    fn forget_all(&self) {
        let number = self.epoch.fetch_add(1, Ordering::SeqCst) + 1;
        self.all_forgotten.fetch_max(number, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use moka::sync::Cache;
use plinth_ports::{AccessCache, CachedAccess, Stale, TokenHash};

/// An admission, and how many forgettings there had been when it was looked up.
#[derive(Debug, Clone, Copy)]
struct Entry {
    access: CachedAccess,
    epoch: u64,
}

/// Remembers admissions inside the process.
///
/// Nothing is searched when rights change: a forgetting is noted with its
/// number, and an admission counts while no forgetting that covers it has a
/// higher one. So forgetting costs the same with 100,000 tokens as with one,
/// and what was read before a revocation never counts after it, however late
/// it is put.
#[derive(Debug)]
pub struct InProcessAccessCache {
    epoch: AtomicU64,
    entries: Cache<TokenHash, Entry>,
    /// The number of the last forgetting of each kind. It has no capacity on
    /// purpose: to lose one of these would be to admit somebody again.
    forgotten: Cache<Stale, u64>,
    /// The number of the last forgetting of everything.
    all_forgotten: AtomicU64,
}

impl InProcessAccessCache {
    /// The most admissions that are remembered.
    pub const CAPACITY: u64 = 100_000;
    /// How long each is.
    pub const TIME_TO_LIVE: Duration = Duration::from_mins(1);

    /// An empty cache of the usual size.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Self::CAPACITY, Self::TIME_TO_LIVE)
    }

    /// An empty cache of `capacity` admissions that live for `time_to_live`.
    #[must_use]
    pub fn with(capacity: u64, time_to_live: Duration) -> Self {
        Self {
            epoch: AtomicU64::new(0),
            entries: Cache::builder().max_capacity(capacity).time_to_live(time_to_live).build(),
            // Twice as long as the admissions that they overrule.
            forgotten: Cache::builder().time_to_live(time_to_live * 2).build(),
            all_forgotten: AtomicU64::new(0),
        }
    }

    fn counts(&self, entry: &Entry) -> bool {
        if entry.epoch == self.epoch() {
            return true;
        }
        if entry.epoch < self.all_forgotten.load(Ordering::SeqCst) {
            return false;
        }
        let access = &entry.access.access;
        let Some(user) = access.principal().user() else { return true };
        [Stale::Member(access.organization(), user), Stale::User(user)]
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
        self.entries.get(token).filter(|entry| self.counts(entry)).map(|entry| entry.access)
    }

    fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    fn put(&self, token: TokenHash, access: CachedAccess, epoch: u64) {
        // A forgetting between this line and the next wins all the same: its
        // number is above the entry's.
        if epoch == self.epoch() {
            self.entries.insert(token, Entry { access, epoch });
        }
    }

    fn forget(&self, stale: Stale) {
        let number = self.epoch.fetch_add(1, Ordering::SeqCst) + 1;
        // Two at once may arrive here in either order: the higher one stays.
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

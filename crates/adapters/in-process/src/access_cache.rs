use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use moka::sync::Cache;
use plinth_ports::{AccessCache, Cached, CachedAccess, Invalidation, TokenHash};

/// An access, and when it was looked up.
#[derive(Debug, Clone, Copy)]
struct Entry {
    access: CachedAccess,
    epoch: u64,
    read_at: Instant,
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
    /// The tokens that were refused lately.
    refused: Cache<TokenHash, ()>,
    /// The tokens that were created or admitted lately.
    known: Cache<TokenHash, ()>,
    /// The epoch of the last invalidation of each member, user and organization. It is unbounded on purpose:
    /// evicting one would make revoked accesses valid again.
    forgotten: Cache<Invalidation, u64>,
    /// The epoch of the last invalidation of everything.
    all_forgotten: AtomicU64,
    /// The invalidations of everything that were no more than a doubt, the oldest first.
    doubts: Mutex<VecDeque<Doubt>>,
}

/// For how long admissions are found that may have ended unheard.
#[derive(Debug, Clone, Copy)]
pub struct Grace {
    /// After signals began to be missed.
    pub after_doubt: Duration,
    /// After the look-up of an admission while signals are missed.
    pub after_look_up: Duration,
}

/// From this epoch on, it was unknown which entries are still valid.
#[derive(Debug, Clone, Copy)]
struct Doubt {
    epoch: u64,
    at: Instant,
}

impl InProcessAccessCache {
    /// The default for the maximum number of entries.
    pub const CAPACITY: u64 = 100_000;
    /// The default for the lifetime of an entry.
    pub const TIME_TO_LIVE: Duration = Duration::from_mins(1);
    /// How long a refused token is remembered. It is short, because a token becomes valid again
    /// when a user or an organization is reactivated.
    pub const REFUSAL_TIME_TO_LIVE: Duration = Duration::from_secs(5);
    /// How long it is remembered that a token was created or admitted.
    const KNOWN_TIME_TO_LIVE: Duration = Duration::from_hours(1);
    /// The maximum number of refused tokens.
    pub const REFUSALS: u64 = 10_000;
    /// The maximum number of doubts. A connection that comes and goes more often gets less grace.
    const DOUBTS: usize = 64;

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
            refused: Cache::builder()
                .max_capacity(Self::REFUSALS)
                .time_to_live(Self::REFUSAL_TIME_TO_LIVE)
                .build(),
            known: Cache::builder()
                .max_capacity(capacity)
                .time_to_live(Self::KNOWN_TIME_TO_LIVE)
                .build(),
            // Twice as long as the entries that they invalidate.
            forgotten: Cache::builder().time_to_live(time_to_live * 2).build(),
            all_forgotten: AtomicU64::new(0),
            doubts: Mutex::default(),
        }
    }

    /// Invalidates all admissions, as [`AccessCache::forget_all`] does, apart from those that
    /// [`Self::find_doubtful`] finds.
    pub(crate) fn doubt_all(&self) {
        let mut doubts = self.doubts();
        self.forget_all();
        if doubts.len() == Self::DOUBTS {
            doubts.pop_front();
        }
        doubts.push_back(Doubt { epoch: self.epoch(), at: Instant::now() });
    }

    /// Finds an admission although it may have ended unheard: for a time after the first doubt about
    /// it, or, when it was looked up in times of doubt, after that.
    pub(crate) fn find_doubtful(&self, token: &TokenHash, grace: Grace) -> Option<CachedAccess> {
        let entry = self.entries.get(token)?;
        let is_new = match self.first_doubt(entry.epoch) {
            Some(doubt) => doubt.at.elapsed() < grace.after_doubt,
            None => entry.read_at.elapsed() < grace.after_look_up,
        };
        (is_new && !self.is_forgotten(&entry)).then_some(entry.access)
    }

    fn first_doubt(&self, epoch: u64) -> Option<Doubt> {
        let doubts = self.doubts();
        // When older doubts were dropped, the first that is left may be too late.
        let first = doubts.iter().position(|doubt| doubt.epoch > epoch)?;
        (first > 0 || doubts.len() < Self::DOUBTS).then(|| doubts[first])
    }

    fn is_valid(&self, entry: &Entry) -> bool {
        entry.epoch == self.epoch()
            || (entry.epoch >= self.all_forgotten.load(Ordering::SeqCst)
                && !self.is_forgotten(entry))
    }

    /// Whether the admissions to this organization, or of this user, were invalidated since.
    fn is_forgotten(&self, entry: &Entry) -> bool {
        let access = &entry.access.access;
        let organization = access.organization();
        let of_user = access
            .principal()
            .user()
            .map(|user| [Invalidation::Member(organization, user), Invalidation::User(user)]);
        of_user
            .into_iter()
            .flatten()
            .chain([Invalidation::Organization(organization)])
            .any(|stale| self.forgotten.get(&stale).is_some_and(|number| number > entry.epoch))
    }

    fn doubts(&self) -> MutexGuard<'_, VecDeque<Doubt>> {
        self.doubts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for InProcessAccessCache {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl AccessCache for InProcessAccessCache {
    fn find(&self, token: &TokenHash) -> Option<Cached> {
        let entry = self.entries.get(token).filter(|entry| self.is_valid(entry));
        match entry {
            Some(entry) => Some(Cached::Admitted(entry.access)),
            None => self.refused.contains_key(token).then_some(Cached::Refused),
        }
    }

    fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    fn put(&self, token: TokenHash, access: CachedAccess, epoch: u64) {
        // An invalidation between this line and the next still applies: its epoch is higher than
        // the entry's.
        if epoch == self.epoch() {
            self.entries.insert(token, Entry { access, epoch, read_at: Instant::now() });
        }
        self.put_known(token);
    }

    fn put_refused(&self, token: TokenHash) {
        self.refused.insert(token, ());
    }

    fn put_known(&self, token: TokenHash) {
        self.known.insert(token, ());
    }

    fn is_known(&self, token: &TokenHash) -> bool {
        self.known.contains_key(token)
    }

    fn forget(&self, stale: Invalidation) {
        let number = self.epoch.fetch_add(1, Ordering::SeqCst) + 1;
        // Concurrent invalidations arrive here in any order: the higher epoch is kept.
        self.forgotten
            .entry(stale)
            .and_upsert_with(|last| last.map_or(number, |last| last.into_value().max(number)));
        if let Invalidation::Organization(_) | Invalidation::Member(..) = stale {
            // They may have got access again, and a refusal does not know whose it was.
            self.refused.invalidate_all();
        }
    }

    fn forget_all(&self) {
        let number = self.epoch.fetch_add(1, Ordering::SeqCst) + 1;
        self.all_forgotten.fetch_max(number, Ordering::SeqCst);
    }

    /// No other process shares it.
    async fn forgotten_everywhere(&self) {}
}

#[cfg(test)]
mod tests;

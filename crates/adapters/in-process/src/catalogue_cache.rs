use std::{
    mem::size_of,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use moka::sync::Cache;
use plinth_domain::{BudgetScope, JsonObject, OrganizationId, PromptVersionDraft};
use plinth_ports::{CallableModel, CatalogueCache, CatalogueEntry, CatalogueKey};

/// What was read, and before which invalidation.
#[derive(Debug, Clone)]
struct Cached {
    entry: CatalogueEntry,
    epoch: u64,
}

/// Caches inside the process what executions read.
///
/// An invalidation searches no entries: it increments the epoch and records it. An entry is valid
/// while no invalidation of its organization has a higher epoch, so what was read before a change is
/// never found after it, regardless of when it is put.
#[derive(Debug)]
pub struct InProcessCatalogueCache {
    epoch: AtomicU64,
    entries: Cache<(OrganizationId, CatalogueKey), Cached>,
    /// The epoch of the last invalidation of each organization. It is unbounded on purpose: evicting
    /// one would make old entries valid again.
    forgotten: Cache<OrganizationId, u64>,
    /// The epoch of the last invalidation of everything.
    all_forgotten: AtomicU64,
}

impl InProcessCatalogueCache {
    /// The most bytes of all entries together, as they are estimated.
    pub const CAPACITY: u64 = 64 * 1024 * 1024;
    /// How long an entry lives. It bounds for how long a change is not seen that no signal told.
    pub const TIME_TO_LIVE: Duration = Duration::from_secs(10);
    /// Longer than any look-up takes, and an entry lives after it.
    const FORGOTTEN_TIME_TO_LIVE: Duration = Duration::from_mins(10);

    /// An empty cache with the default bounds.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Self::CAPACITY, Self::TIME_TO_LIVE)
    }

    /// An empty cache of at most `capacity` bytes, whose entries expire after `time_to_live`.
    #[must_use]
    pub fn with(capacity: u64, time_to_live: Duration) -> Self {
        Self {
            epoch: AtomicU64::new(0),
            entries: Cache::builder()
                .weigher(|_, cached: &Cached| weight(&cached.entry))
                .max_capacity(capacity)
                .time_to_live(time_to_live)
                .build(),
            forgotten: Cache::builder().time_to_live(Self::FORGOTTEN_TIME_TO_LIVE).build(),
            all_forgotten: AtomicU64::new(0),
        }
    }

    /// Removes what is cached of an organization in this process.
    pub(crate) fn forget_here(&self, organization: OrganizationId) {
        let number = self.epoch.fetch_add(1, Ordering::SeqCst) + 1;
        // Concurrent invalidations arrive here in any order: the higher epoch is kept.
        self.forgotten
            .entry(organization)
            .and_upsert_with(|last| last.map_or(number, |last| last.into_value().max(number)));
    }

    fn is_valid(&self, organization: OrganizationId, epoch: u64) -> bool {
        epoch == self.epoch()
            || (epoch >= self.all_forgotten.load(Ordering::SeqCst)
                && self.forgotten.get(&organization).is_none_or(|number| number <= epoch))
    }
}

/// The bytes of an entry, about.
fn weight(entry: &CatalogueEntry) -> u32 {
    let bytes = match entry {
        CatalogueEntry::Prompt(prompt) => 1024 + version_bytes(&prompt.shown.draft),
        CatalogueEntry::Models(models) => models.iter().map(model_bytes).sum(),
        CatalogueEntry::Budgets(rules) => rules.scopes.len() * 2 * size_of::<BudgetScope>(),
    };
    u32::try_from(bytes.saturating_add(256)).unwrap_or(u32::MAX)
}

fn version_bytes(version: &PromptVersionDraft) -> usize {
    let PromptVersionDraft { messages, input_schema, output_schema, parameters, .. } = version;
    let messages: usize = messages.as_slice().iter().map(|m| m.content.as_str().len() + 32).sum();
    let schemas = [input_schema, output_schema].into_iter().flatten();
    messages + schemas.chain([parameters]).map(json_bytes).sum::<usize>()
}

fn model_bytes(callable: &CallableModel) -> usize {
    size_of::<CallableModel>() + 512 + json_bytes(&callable.model.config)
}

fn json_bytes(object: &JsonObject) -> usize {
    object.as_str().len()
}

impl Default for InProcessCatalogueCache {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl CatalogueCache for InProcessCatalogueCache {
    fn find(&self, organization: OrganizationId, key: &CatalogueKey) -> Option<CatalogueEntry> {
        let cached = self.entries.get(&(organization, key.clone()))?;
        self.is_valid(organization, cached.epoch).then_some(cached.entry)
    }

    fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    fn put(
        &self,
        organization: OrganizationId,
        key: CatalogueKey,
        entry: CatalogueEntry,
        epoch: u64,
    ) {
        // An invalidation between this line and the next still applies: its epoch is higher.
        if self.is_valid(organization, epoch) {
            self.entries.insert((organization, key), Cached { entry, epoch });
        }
    }

    fn forget(&self, organization: OrganizationId) {
        self.forget_here(organization);
    }

    fn forget_all(&self) {
        let number = self.epoch.fetch_add(1, Ordering::SeqCst) + 1;
        self.all_forgotten.fetch_max(number, Ordering::SeqCst);
    }

    /// No other process shares it.
    async fn forgotten_everywhere(&self) {}
}

use std::sync::Arc;

use async_trait::async_trait;
use opentelemetry::{KeyValue, global, metrics::Counter};
use plinth_domain::OrganizationId;
use plinth_ports::{
    AccessCache, Cached, CachedAccess, CatalogueCache, CatalogueEntry, CatalogueKey, Invalidation,
    TokenHash,
};

use super::SCOPE;

/// Counts look-ups in one cache.
struct Lookups {
    counter: Counter<u64>,
    hit: [KeyValue; 2],
    miss: [KeyValue; 2],
}

impl Lookups {
    fn of(cache: &'static str) -> Self {
        let counter = global::meter(SCOPE)
            .u64_counter("plinth.cache.lookups")
            .with_unit("{lookup}")
            .with_description("Look-ups in caches of this process, by their result.")
            .build();
        let result = |result: &'static str| {
            [
                KeyValue::new("plinth.cache.name", cache),
                KeyValue::new("plinth.cache.result", result),
            ]
        };
        Self { counter, hit: result("hit"), miss: result("miss") }
    }

    fn count<T>(&self, found: Option<T>) -> Option<T> {
        self.counter.add(1, if found.is_some() { &self.hit } else { &self.miss });
        found
    }
}

/// The access of credentials.
pub(crate) struct MeasuredAccessCache {
    cache: Arc<dyn AccessCache>,
    lookups: Lookups,
}

impl MeasuredAccessCache {
    pub(crate) fn new(cache: Arc<dyn AccessCache>) -> Self {
        Self { cache, lookups: Lookups::of("access") }
    }
}

#[async_trait]
impl AccessCache for MeasuredAccessCache {
    fn find(&self, token: &TokenHash) -> Option<Cached> {
        self.lookups.count(self.cache.find(token))
    }

    fn epoch(&self) -> u64 {
        self.cache.epoch()
    }

    fn put(&self, token: TokenHash, access: CachedAccess, epoch: u64) {
        self.cache.put(token, access, epoch);
    }

    fn put_refused(&self, token: TokenHash) {
        self.cache.put_refused(token);
    }

    fn put_known(&self, token: TokenHash) {
        self.cache.put_known(token);
    }

    fn is_known(&self, token: &TokenHash) -> bool {
        self.cache.is_known(token)
    }

    fn forget(&self, stale: Invalidation) {
        self.cache.forget(stale);
    }

    fn forget_all(&self) {
        self.cache.forget_all();
    }

    async fn forgotten_everywhere(&self) {
        self.cache.forgotten_everywhere().await;
    }
}

/// What executions read.
pub(crate) struct MeasuredCatalogueCache {
    cache: Arc<dyn CatalogueCache>,
    lookups: Lookups,
}

impl MeasuredCatalogueCache {
    pub(crate) fn new(cache: Arc<dyn CatalogueCache>) -> Self {
        Self { cache, lookups: Lookups::of("catalogue") }
    }
}

#[async_trait]
impl CatalogueCache for MeasuredCatalogueCache {
    fn find(&self, organization: OrganizationId, key: &CatalogueKey) -> Option<CatalogueEntry> {
        self.lookups.count(self.cache.find(organization, key))
    }

    fn epoch(&self) -> u64 {
        self.cache.epoch()
    }

    fn put(
        &self,
        organization: OrganizationId,
        key: CatalogueKey,
        entry: CatalogueEntry,
        epoch: u64,
    ) {
        self.cache.put(organization, key, entry, epoch);
    }

    fn forget(&self, organization: OrganizationId) {
        self.cache.forget(organization);
    }

    fn forget_all(&self) {
        self.cache.forget_all();
    }

    async fn forgotten_everywhere(&self) {
        self.cache.forgotten_everywhere().await;
    }
}

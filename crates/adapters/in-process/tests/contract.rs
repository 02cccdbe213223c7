//! The in-process adapters keep the contracts of their ports.
#![expect(clippy::unwrap_used, reason = "a panic here is a failure with a line number")]

use std::{sync::Arc, time::Duration};

use plinth_in_process::{
    Argon2Cost, Argon2Hasher, InProcessAccessCache, InProcessBus, InProcessCatalogueCache,
    InProcessRateLimiter, OsSecrets, SharedAccessCache, SharedCatalogueCache, SystemClock, UuidV7,
};
use plinth_ports::{AccessCache, Allowance, CatalogueCache, PasswordHasher, RateLimiter};

plinth_contract_tests::rate_limiter_contract!(limiter);
plinth_contract_tests::access_cache_contract!(Arc::new(InProcessAccessCache::new()));
plinth_contract_tests::catalogue_cache_contract!(Arc::new(InProcessCatalogueCache::new()));
plinth_contract_tests::bus_contract!(Arc::new(InProcessBus::new()));
plinth_contract_tests::clock_contract!(Arc::new(SystemClock));
plinth_contract_tests::identities_contract!(Arc::new(UuidV7), Arc::new(OsSecrets));
plinth_contract_tests::password_hasher_contract!(hasher());

async fn limiter(burst: u32, each: Duration) -> Arc<dyn RateLimiter> {
    let allowance = Allowance { per_period: 1, period: each, burst };
    Arc::new(InProcessRateLimiter::new(|_| allowance))
}

/// Cheap, but slow enough for its time to be measured.
fn hasher() -> Arc<dyn PasswordHasher> {
    let cost = Argon2Cost { memory_kib: 2048, ..Argon2Cost::CHEAPEST };
    Arc::new(Argon2Hasher::new(cost).unwrap())
}

/// The caches keep their contracts on a bus, too.
mod shared {
    use super::*;

    plinth_contract_tests::access_cache_contract!(cache());
    plinth_contract_tests::catalogue_cache_contract!(catalogue());

    fn cache() -> Arc<dyn AccessCache> {
        let bus = Arc::new(InProcessBus::new());
        Arc::new(SharedAccessCache::new(InProcessAccessCache::new(), bus))
    }

    fn catalogue() -> Arc<dyn CatalogueCache> {
        let bus = Arc::new(InProcessBus::new());
        Arc::new(SharedCatalogueCache::new(InProcessCatalogueCache::new(), bus))
    }
}

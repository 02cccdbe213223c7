//! The in-memory adapters keep what their ports promise.
#![expect(clippy::unwrap_used, reason = "a panic here is a failure with a line number")]

use std::{sync::Arc, time::Duration};

use plinth_memory::{
    Argon2Cost, Argon2Hasher, InProcessAccessCache, InProcessBus, InProcessLeaderboards,
    InProcessLeadership, InProcessRateLimiter, MemoryStore, OsSecrets, SharedAccessCache,
    SystemClock, UuidV7,
};
use plinth_ports::{AccessCache, Allowance, PasswordHasher, RateLimiter};

plinth_contract_tests::store_contract!(stores());
plinth_contract_tests::job_queue_contract!(queues());
plinth_contract_tests::rate_limiter_contract!(limiter);
plinth_contract_tests::access_cache_contract!(Arc::new(InProcessAccessCache::new()));
plinth_contract_tests::bus_contract!(Arc::new(InProcessBus::new()));
plinth_contract_tests::leaderboards_contract!(Arc::new(InProcessLeaderboards::new()));
plinth_contract_tests::sequence_contract!(with_its_stores());
plinth_contract_tests::storage_ledger_contract!(with_its_stores());
plinth_contract_tests::leadership_contract!((Arc::new(InProcessLeadership::default()), ()));
plinth_contract_tests::clock_contract!(Arc::new(SystemClock));
plinth_contract_tests::identities_contract!(Arc::new(UuidV7), Arc::new(OsSecrets));
plinth_contract_tests::password_hasher_contract!(hasher());

fn stores() -> plinth_contract_tests::Stores {
    let store = MemoryStore::new();
    plinth_contract_tests::Stores::new(Arc::new(store.clone()), Arc::new(store))
}

fn with_its_stores() -> (MemoryStore, plinth_contract_tests::Stores) {
    let store = MemoryStore::new();
    let shared = Arc::new(store.clone());
    (store, plinth_contract_tests::Stores::new(shared.clone(), shared))
}

fn queues() -> plinth_contract_tests::Queues {
    let store = MemoryStore::new();
    let stores =
        plinth_contract_tests::Stores::new(Arc::new(store.clone()), Arc::new(store.clone()));
    plinth_contract_tests::Queues::new(stores, Arc::new(store))
}

async fn limiter(burst: u32, each: Duration) -> Arc<dyn RateLimiter> {
    let allowance = Allowance { per_period: 1, period: each, burst };
    Arc::new(InProcessRateLimiter::new(|_| allowance))
}

/// Cheap, but dear enough for its time to be told from none.
fn hasher() -> Arc<dyn PasswordHasher> {
    let cost = Argon2Cost { memory_kib: 2048, ..Argon2Cost::CHEAPEST };
    Arc::new(Argon2Hasher::new(cost).unwrap())
}

/// What stands alone keeps its promises also when it is shared.
mod shared {
    use super::*;

    plinth_contract_tests::access_cache_contract!(cache());

    fn cache() -> Arc<dyn AccessCache> {
        let bus = Arc::new(InProcessBus::new());
        Arc::new(SharedAccessCache::new(InProcessAccessCache::new(), bus))
    }
}

//! The test twins keep the contracts of their ports.

use std::sync::Arc;

use plinth_memory::{MemoryLeaderboards, MemoryLeadership, MemoryStore};

plinth_contract_tests::store_contract!(stores());
plinth_contract_tests::job_queue_contract!(queues());
plinth_contract_tests::leaderboards_contract!(Arc::new(MemoryLeaderboards::new()));
plinth_contract_tests::sequence_contract!(with_its_stores());
plinth_contract_tests::storage_ledger_contract!(with_its_stores());
plinth_contract_tests::secret_keys_contract!(with_its_stores());
plinth_contract_tests::execution_contract!(with_its_stores());
plinth_contract_tests::webhook_contract!(with_its_stores());
plinth_contract_tests::leadership_contract!((Arc::new(MemoryLeadership::lasting(LEASE)), ()));

const LEASE: std::time::Duration = std::time::Duration::from_secs(1);

fn stores() -> plinth_contract_tests::Stores {
    let store = MemoryStore::new();
    plinth_contract_tests::Stores::new(Arc::new(store.clone()), Arc::new(store)).taking_turns()
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

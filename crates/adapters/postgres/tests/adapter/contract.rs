//! The store on `PostgreSQL` fulfils the contracts of its ports, like the one in memory, and assigns the
//! organization of no row.

use std::{sync::Arc, time::Duration};

use plinth_postgres::{PgJobQueue, PgLeadership, PgStore, PoolOptions};
use plinth_testkit::TestDatabase;

use crate::guard::guarded;

plinth_contract_tests::store_contract!(stores().await);
plinth_contract_tests::sequence_contract!(with_its_stores().await);
plinth_contract_tests::storage_ledger_contract!(with_its_stores().await);
plinth_contract_tests::secret_keys_contract!(with_its_stores().await);
plinth_contract_tests::execution_contract!(with_its_stores().await);
plinth_contract_tests::webhook_contract!(with_its_stores().await);
plinth_contract_tests::leadership_contract!(leadership().await);
plinth_contract_tests::job_queue_contract!(queues().await);

/// The same rules for views that ask each question in a message of its own.
mod apart {
    plinth_contract_tests::store_contract!(crate::contract::stores().await.apart());
}

async fn stores() -> plinth_contract_tests::Stores {
    crate::recorder::start();
    let database = guarded().await;
    let store = Arc::new(PgStore::connect(PoolOptions::new(database.url())).unwrap());
    plinth_contract_tests::Stores::new(store.clone(), store).keeping(database)
}

async fn with_its_stores() -> (PgStore, plinth_contract_tests::Stores) {
    crate::recorder::start();
    let database = guarded().await;
    let store = PgStore::connect(PoolOptions::new(database.url())).unwrap();
    let shared = Arc::new(store.clone());
    (store, plinth_contract_tests::Stores::new(shared.clone(), shared).keeping(database))
}

async fn leadership() -> (Arc<PgLeadership>, TestDatabase) {
    crate::recorder::start();
    let database = guarded().await;
    let store = PgStore::connect(PoolOptions::new(database.url())).unwrap();
    (Arc::new(PgLeadership::new(store).lasting(Duration::from_secs(1))), database)
}

async fn queues() -> plinth_contract_tests::Queues {
    crate::recorder::start();
    let database = guarded().await;
    let store = PgStore::connect(PoolOptions::new(database.url())).unwrap();
    let (tenants, system) = (Arc::new(store.clone()), Arc::new(store.clone()));
    let stores = plinth_contract_tests::Stores::new(tenants, system).keeping(database);
    plinth_contract_tests::Queues::new(stores, Arc::new(PgJobQueue::new(store)))
}

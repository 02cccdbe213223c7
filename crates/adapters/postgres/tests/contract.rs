//! The store on `PostgreSQL` keeps what its ports promise, as the one in memory does.
#![expect(clippy::unwrap_used, reason = "a panic here is a failure with a line number")]

use std::sync::Arc;

use plinth_postgres::{PgJobQueue, PgLeadership, PgStore, PoolOptions};
use testkit::TestDatabase;

contract_tests::store_contract!(stores().await);
contract_tests::job_queue_contract!(queues().await);
contract_tests::leadership_contract!(rivals().await);

async fn stores() -> contract_tests::Stores {
    let database = TestDatabase::create().await;
    let store = Arc::new(PgStore::connect(PoolOptions::new(database.url())).unwrap());
    contract_tests::Stores::new(store.clone(), store).keeping(database)
}

async fn queues() -> contract_tests::Queues {
    let database = TestDatabase::create().await;
    let store = PgStore::connect(PoolOptions::new(database.url())).unwrap();
    let (tenants, system) = (Arc::new(store.clone()), Arc::new(store.clone()));
    let stores = contract_tests::Stores::new(tenants, system).keeping(database);
    contract_tests::Queues::new(stores, Arc::new(PgJobQueue::new(store)))
}

async fn rivals() -> contract_tests::Rivals {
    let database = TestDatabase::create().await;
    let leadership = || {
        let store = PgStore::connect(PoolOptions::new(database.url())).unwrap();
        Arc::new(PgLeadership::new(store))
    };
    let (ours, theirs) = (leadership(), leadership());
    contract_tests::Rivals { ours, theirs, guard: Box::new(database) }
}

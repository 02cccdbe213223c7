//! The store behind a `PgBouncer` with the defaults, which drops settings of the start-up message.

use std::{sync::Arc, time::Duration};

use plinth_ports::{Result, Store, StoreError, SystemStore};
use plinth_postgres::{PgJobQueue, PgLeadership, PgStore, PoolOptions, SessionFault};
use plinth_testkit::{PoolMode, Pooler, TestDatabase};
use sqlx::{Executor, PgConnection};

use crate::support::{Tenant, World, id, until};

/// As many sessions as the tests of the contract use connections.
const SESSIONS: u16 = 20;

plinth_contract_tests::job_queue_contract!(queues().await);
plinth_contract_tests::leadership_contract!(leadership().await);
plinth_contract_tests::sequence_contract!(with_its_stores().await);

fn behind(pooler: &Pooler, database: &TestDatabase) -> PgStore {
    with_connections(pooler, database, 10)
}

fn with_connections(pooler: &Pooler, database: &TestDatabase, max_connections: u32) -> PgStore {
    let url = pooler.url(database);
    let acquire_timeout = Duration::from_secs(20);
    let usual = PoolOptions::new(&url);
    PgStore::connect(PoolOptions { acquire_timeout, max_connections, ..usual }).unwrap()
}

async fn with_its_stores() -> (PgStore, plinth_contract_tests::Stores) {
    let (pooler, database) =
        (Pooler::start(PoolMode::Session, SESSIONS), TestDatabase::create().await);
    let store = behind(&pooler, &database);
    let shared = Arc::new(store.clone());
    let stores = plinth_contract_tests::Stores::new(shared.clone(), shared);
    (store, stores.keeping((pooler, database)))
}

async fn queues() -> plinth_contract_tests::Queues {
    let (store, stores) = with_its_stores().await;
    plinth_contract_tests::Queues::new(stores, Arc::new(PgJobQueue::new(store)))
}

async fn leadership() -> (Arc<PgLeadership>, (Pooler, TestDatabase)) {
    let (pooler, database) =
        (Pooler::start(PoolMode::Session, SESSIONS), TestDatabase::create().await);
    let store = behind(&pooler, &database);
    (Arc::new(PgLeadership::new(store).lasting(Duration::from_secs(1))), (pooler, database))
}

async fn find(store: &PgStore, tenant: &Tenant) -> Result<()> {
    store.read(tenant.scope).await?.projects().find(id()).await.map(drop)
}

#[tokio::test]
async fn a_statement_and_an_idle_transaction_are_ended_behind_a_pooler() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let pooler = Pooler::start(PoolMode::Session, SESSIONS);
    let url = pooler.url(&world.database);
    let options = PoolOptions {
        acquire_timeout: Duration::from_secs(20),
        statement_timeout: Duration::from_secs(5),
        // Longer, so that the statement is ended by its own limit.
        lock_timeout: Duration::from_secs(30),
        idle_in_transaction_timeout: Duration::from_secs(2),
        ..PoolOptions::new(&url)
    };
    let store = PgStore::connect(options).unwrap();
    store.verify_role().await.unwrap();
    assert_eq!(store.session_faults().await.unwrap(), []);

    let mut admin = world.admin().await;
    admin.execute("BEGIN; LOCK TABLE projects").await.unwrap();
    let error = find(&store, &tenant).await.unwrap_err();
    assert!(matches!(error, StoreError::TimedOut(_)), "{error:?}");
    admin.execute("ROLLBACK").await.unwrap();

    let mut idle = Store::begin(&store, tenant.scope).await.unwrap();
    idle.members().lock_owners().await.unwrap();
    until("the idle transaction is ended", async || open_transactions(&mut admin).await == 0).await;
    assert!(idle.members().lock_owners().await.is_err());
    drop(idle);
    find(&store, &tenant).await.unwrap();
}

/// The transactions of the store.
async fn open_transactions(admin: &mut PgConnection) -> i64 {
    let count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()";
    sqlx::query_scalar(count).fetch_one(admin).await.unwrap()
}

#[tokio::test]
async fn a_session_that_another_client_has_left_is_as_new() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let pooler = Pooler::start(PoolMode::Session, 1);
    let mut admin = world.admin().await;
    // Of the pooler alone: the world's store has sessions of its own.
    world.store.close().await;
    let mut sessions = Vec::new();
    for _ in 0..3 {
        let store = with_connections(&pooler, &world.database, 1);
        // Prepared statements of the same names as those of the client before.
        find(&store, &tenant).await.unwrap();
        find(&store, &tenant).await.unwrap();
        SystemStore::sweep(&store, crate::support::now()).await.unwrap();
        let of_pooler = "SELECT array_agg(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
                AND backend_type = 'client backend'";
        let pids: Vec<i32> = sqlx::query_scalar(of_pooler).fetch_one(&mut admin).await.unwrap();
        sessions.push(pids);
        store.close().await;
    }
    assert_eq!(sessions[0].len(), 1, "{sessions:?}");
    assert!(sessions.windows(2).all(|two| two[0] == two[1]), "{sessions:?}");
}

#[tokio::test]
async fn a_pooler_that_lends_sessions_for_a_transaction_is_noticed() {
    let database = TestDatabase::create().await;
    let pooler = Pooler::start(PoolMode::Transaction, SESSIONS);
    let faults = behind(&pooler, &database).session_faults().await.unwrap();
    assert!(faults.contains(&SessionFault::Moved), "{faults:?}");
    let differs = |fault: &SessionFault| {
        matches!(fault, SessionFault::Differs { setting: "statement_timeout", found, .. }
            if found == "0")
    };
    assert!(faults.iter().any(differs), "{faults:?}");
}

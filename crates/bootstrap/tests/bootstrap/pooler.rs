use plinth_bootstrap::guard_role;
use plinth_local_servers::PoolMode;
use plinth_postgres::{PgStore, PoolOptions, RoleError};
use plinth_testkit::{Pooler, TestDatabase};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn a_process_does_not_run_behind_a_pooler_in_transaction_mode() {
    let database = TestDatabase::create().await;
    for (mode, runs) in [(PoolMode::Session, true), (PoolMode::Transaction, false)] {
        let pooler = Pooler::start(mode, 20);
        let url = pooler.url(&database);
        let store = PgStore::connect(PoolOptions::new(&url)).unwrap();
        let stop = CancellationToken::new();
        let guarded = guard_role(store.clone(), stop.clone()).await;
        match guarded {
            Ok(()) => assert!(runs),
            Err(error) => assert!(!runs && matches!(error, RoleError::Moved), "{error}"),
        }
        assert_eq!(stop.is_cancelled(), !runs);
        store.close().await;
    }
    database.drop().await;
}

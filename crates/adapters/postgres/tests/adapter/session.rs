use std::time::Duration;

use plinth_postgres::{PlanCacheMode, PoolOptions};

use crate::support::World;

#[tokio::test]
async fn the_limits_of_the_settings_are_in_force_in_a_session() {
    let world = World::new().await;
    assert_eq!(world.store.session_faults().await.unwrap(), []);
    // A second is shown as `1s`, and compared as milliseconds.
    let changed = world.store_with(|usual| PoolOptions {
        statement_timeout: Duration::from_secs(1),
        lock_timeout: Duration::from_millis(1001),
        idle_in_transaction_timeout: Duration::from_mins(1),
        plan_cache_mode: PlanCacheMode::Auto,
        ..usual
    });
    assert_eq!(changed.session_faults().await.unwrap(), []);
}

use plinth_postgres::PgStore;
use sqlx::Executor;

use crate::support::{World, until};

async fn counts(store: &PgStore, expected: u64) {
    until("they are counted", async || store.count_single().await.unwrap() == expected).await;
}

#[tokio::test]
async fn processes_without_redis_are_counted_while_they_live() {
    let world = World::new().await;
    counts(&world.store, 0).await;
    let first = world.store.announce_single();
    counts(&world.store, 1).await;
    // Another store acts as another process, and does not wait for the first one.
    let other = world.store_with(|usual| usual);
    let second = other.announce_single();
    counts(&world.store, 2).await;
    first.end().await;
    assert_eq!(other.count_single().await.unwrap(), 1);
    second.end().await;
    assert_eq!(other.count_single().await.unwrap(), 0);
}

#[tokio::test]
async fn a_process_that_vanished_is_counted_no_longer_than_its_lease() {
    let world = World::new().await;
    let vanished = world.store.announce_single();
    counts(&world.store, 1).await;
    drop(vanished);
    let end = "UPDATE leases SET until = until - interval '30 seconds'";
    world.admin().await.execute(end).await.unwrap();
    assert_eq!(world.store.count_single().await.unwrap(), 0);
}

#[tokio::test]
async fn a_process_of_another_database_is_not_counted() {
    let (here, elsewhere) = (World::new().await, World::new().await);
    let _announced = elsewhere.store.announce_single();
    counts(&elsewhere.store, 1).await;
    assert_eq!(here.store.count_single().await.unwrap(), 0);
}

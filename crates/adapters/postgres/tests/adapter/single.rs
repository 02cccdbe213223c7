use plinth_postgres::PgStore;

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
    drop(first);
    counts(&other, 1).await;
    drop(second);
    counts(&other, 0).await;
}

#[tokio::test]
async fn a_process_is_counted_again_after_its_connection_was_lost() {
    let world = World::new().await;
    let _announced = world.store.announce_single();
    counts(&world.store, 1).await;
    let mut admin = world.admin().await;
    let cut = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 2
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    sqlx::query(cut).execute(&mut admin).await.unwrap();
    assert_eq!(world.store.count_single().await.unwrap(), 0);
    counts(&world.store, 1).await;
}

#[tokio::test]
async fn a_process_of_another_database_is_not_counted() {
    let (here, elsewhere) = (World::new().await, World::new().await);
    let _announced = elsewhere.store.announce_single();
    counts(&elsewhere.store, 1).await;
    assert_eq!(here.store.count_single().await.unwrap(), 0);
}

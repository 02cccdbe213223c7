use std::time::Duration;

use plinth_ports::Leadership;
use plinth_postgres::{PgLeadership, PoolOptions};
use sqlx::Executor;

use crate::support::{World, until};

fn leadership(world: &World) -> PgLeadership {
    PgLeadership::new(world.store.clone())
}

#[tokio::test]
async fn a_lead_outlives_the_connections_by_which_it_was_taken() {
    let world = World::new().await;
    let mut lead = leadership(&world).try_lead("work").await.unwrap().unwrap();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    world.admin().await.execute(cut).await.unwrap();
    assert!(lead.renew().await.unwrap());
    let other = PgLeadership::new(world.store_with(|usual| usual));
    assert!(other.try_lead("work").await.unwrap().is_none());
}

#[tokio::test]
async fn a_try_and_a_renewal_need_no_connection_of_their_own_and_write_only_what_they_win() {
    let world = World::new().await;
    let one = world.store_with(|options| PoolOptions { max_connections: 1, ..options });
    let leadership = PgLeadership::new(one.clone());
    let mut lead = leadership.try_lead("work").await.unwrap().unwrap();
    for _ in 0..20 {
        assert!(leadership.try_lead("work").await.unwrap().is_none());
        assert!(lead.renew().await.unwrap());
    }
    assert_eq!(one.pool_status().size, 1);
    // The row carries the mark of the renewal that wrote it last, and of no try after it.
    let mark = "SELECT xmin::text FROM leases WHERE name = 'work'";
    let mut admin = world.admin().await;
    let before: String = sqlx::query_scalar(mark).fetch_one(&mut admin).await.unwrap();
    assert!(leadership.try_lead("work").await.unwrap().is_none());
    let after: String = sqlx::query_scalar(mark).fetch_one(&mut admin).await.unwrap();
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_process_whose_clock_is_wrong_neither_loses_nor_keeps_the_lead_by_it() {
    let world = World::new().await;
    let leadership = leadership(&world).lasting(Duration::from_millis(300));
    let _vanished = leadership.try_lead("work").await.unwrap().unwrap();
    until("another one leads by the clock of the database", async || {
        leadership.try_lead("work").await.unwrap().is_some()
    })
    .await;
}

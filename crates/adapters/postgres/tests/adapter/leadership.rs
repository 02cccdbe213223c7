use plinth_ports::Leadership;
use sqlx::Executor;

use crate::support::{World, until};

#[tokio::test]
async fn a_leader_whose_connection_is_cut_knows_it_and_another_one_leads() {
    let world = World::new().await;
    let mut lead = world.store.try_lead("work").await.unwrap().unwrap();
    let cut = "SELECT pg_terminate_backend(l.pid) FROM pg_locks l
        JOIN pg_database d ON d.oid = l.database
        WHERE l.locktype = 'advisory' AND d.datname = current_database()";
    world.admin().await.execute(cut).await.unwrap();
    until("the leader knows", async || !lead.is_held().await).await;
    let mut next = None;
    until("another one leads", async || {
        next = world.store.try_lead("work").await.unwrap();
        next.is_some()
    })
    .await;
    assert!(next.unwrap().is_held().await);
}

//! Commits of one organization that wait for its share are stored together.

use std::time::Duration;

use futures::future::join_all;
use plinth_ports::{Store, StoreError};
use plinth_postgres::PoolOptions;

use crate::support::{World, project, until};

#[tokio::test]
async fn commits_that_wait_for_the_share_of_their_organization_are_one_transaction() {
    let mut world = World::new().await;
    world.store =
        world.store_with(|options| PoolOptions { connections_per_organization: 1, ..options });
    let tenant = world.tenant().await;
    let projects: Vec<_> = (0..9).map(|n| project(&tenant, &format!("P-{n}"))).collect();
    // The only place is held, so that all wait.
    let held = Store::begin(&world.store, tenant.scope).await.unwrap();
    let stored = join_all(projects.iter().map(|project| world.insert_deferred(&tenant, project)));
    let released = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        held.rollback().await;
    };
    let (stored, ()) = tokio::join!(stored, released);
    assert!(stored.iter().all(Result::is_ok), "{stored:?}");
    let mut admin = world.admin().await;
    let ask = "SELECT count(*), count(DISTINCT xmin::text) FROM projects";
    let found: (i64, i64) = sqlx::query_as(ask).fetch_one(&mut admin).await.unwrap();
    assert_eq!(found, (9, 2), "eight and one");
}

#[tokio::test]
async fn a_commit_that_is_given_up_while_it_waits_is_not_stored_by_another_one() {
    let mut world = World::new().await;
    world.store =
        world.store_with(|options| PoolOptions { connections_per_organization: 1, ..options });
    let tenant = world.tenant().await;
    let (given_up, kept) = (project(&tenant, "P-1"), project(&tenant, "P-2"));
    let held = Store::begin(&world.store, tenant.scope).await.unwrap();
    let waiting = world.insert_deferred(&tenant, &given_up);
    assert!(tokio::time::timeout(Duration::from_millis(200), waiting).await.is_err());
    held.rollback().await;
    world.insert_deferred(&tenant, &kept).await.unwrap();
    assert!(world.find(&tenant, &kept).await.unwrap().is_some());
    assert_eq!(world.find(&tenant, &given_up).await.unwrap(), None);
}

#[tokio::test]
async fn of_commits_on_a_connection_that_is_cut_none_is_taken_for_stored() {
    let mut world = World::new().await;
    world.store =
        world.store_with(|options| PoolOptions { connections_per_organization: 1, ..options });
    let tenant = world.tenant().await;
    let projects: Vec<_> = (0..8).map(|n| project(&tenant, &format!("P-{n}"))).collect();
    let mut admin = world.admin().await;
    // Their statement waits for this lock until its connection is cut.
    sqlx::raw_sql("BEGIN; LOCK TABLE projects IN EXCLUSIVE MODE")
        .execute(&mut admin)
        .await
        .unwrap();
    let held = Store::begin(&world.store, tenant.scope).await.unwrap();
    let stored = join_all(projects.iter().map(|project| world.insert_deferred(&tenant, project)));
    let cut = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        held.rollback().await;
        let mut other = world.admin().await;
        until("a statement waits for the lock", async || {
            let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                WHERE wait_event_type = 'Lock' AND datname = current_database()";
            sqlx::query(cut).fetch_optional(&mut other).await.unwrap().is_some()
        })
        .await;
    };
    let (stored, ()) = tokio::join!(stored, cut);
    let unavailable =
        |answer: &Result<(), StoreError>| matches!(answer, Err(StoreError::Unavailable(_)));
    assert!(stored.iter().all(unavailable), "{stored:?}");
    sqlx::raw_sql("ROLLBACK").execute(&mut admin).await.unwrap();
    let count: i64 =
        sqlx::query_scalar("SELECT count(*) FROM projects").fetch_one(&mut admin).await.unwrap();
    assert_eq!(count, 0);
}

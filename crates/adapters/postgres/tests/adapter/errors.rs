//! Errors of the database as errors of the port.

use std::time::{Duration, Instant};

use plinth_domain::{FlagKey, FlagOverride, ProjectChanges, Revision};
use plinth_ports::{Store, StoreError};
use plinth_postgres::PoolOptions;
use sqlx::Executor;

use crate::support::{World, id, name, now, project};

fn conflict(error: &StoreError) -> &str {
    match error {
        StoreError::Conflict { constraint } => constraint,
        other => panic!("no conflict: {other:?}"),
    }
}

#[tokio::test]
async fn a_unique_constraint_is_a_conflict_that_names_it() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    world.insert(&tenant, &project(&tenant, "P-1")).await.unwrap();
    let error = world.insert(&tenant, &project(&tenant, "P-1")).await.unwrap_err();
    assert_eq!(conflict(&error), "projects_organization_id_code_key");
}

#[tokio::test]
async fn a_missing_reference_is_a_conflict_that_names_it() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let over = FlagOverride { id: id(), enabled: true, revision: Revision::first(now()) };
    let mut unit = Store::begin(&world.store, tenant.scope).await.unwrap();
    let unknown = FlagKey::parse("no.such.flag").unwrap();
    let error = unit.feature_flags().insert(&unknown, &over).await.unwrap_err();
    assert_eq!(conflict(&error), "feature_flag_overrides_flag_key_fkey");
}

#[tokio::test]
async fn a_revision_that_is_not_the_next_one_is_stale() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let stored = project(&tenant, "P-1");
    world.insert(&tenant, &stored).await.unwrap();
    let changes = ProjectChanges { name: Some(name("Tunnel")), ..ProjectChanges::default() };
    let next = stored.clone().change(changes.clone(), now()).unwrap();
    let after_next = next.clone().change(changes, now()).unwrap();

    let mut unit = Store::begin(&world.store, tenant.scope).await.unwrap();
    let error = unit.projects().update(&after_next).await.unwrap_err();
    assert!(matches!(error, StoreError::Stale), "{error:?}");
    unit.projects().update(&next).await.unwrap();
    let error = unit.projects().remove(&stored).await.unwrap_err();
    assert!(matches!(error, StoreError::Stale), "{error:?}");
}

#[tokio::test]
async fn what_the_domain_should_have_refused_is_a_fault() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let mut wrong = project(&tenant, "P-1");
    wrong.metadata = plinth_domain::JsonObject::from_parsed("[]".to_owned());
    let error = world.insert(&tenant, &wrong).await.unwrap_err();
    assert!(matches!(error, StoreError::Other(_)), "{error:?}");
    // The message contains no details of the database.
    assert_eq!(error.to_string(), "the store failed");
}

/// Waits for the lock on the owners, which another transaction holds, on this store.
async fn wait_for_owners(change: impl FnOnce(PoolOptions<'_>) -> PoolOptions<'_>) -> StoreError {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let mut holder = Store::begin(&world.store, tenant.scope).await.unwrap();
    holder.members().lock_owners().await.unwrap();
    let mut waiter = Store::begin(&world.store_with(change), tenant.scope).await.unwrap();
    waiter.members().lock_owners().await.unwrap_err()
}

#[tokio::test]
async fn a_lock_that_is_not_to_be_had_is_unavailability() {
    let lock_timeout = Duration::from_millis(200);
    let error = wait_for_owners(|options| PoolOptions { lock_timeout, ..options }).await;
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_told_from_a_store_that_is_away() {
    let statement_timeout = Duration::from_millis(500);
    let error = wait_for_owners(|options| PoolOptions { statement_timeout, ..options }).await;
    assert!(matches!(error, StoreError::TimedOut(_)), "{error:?}");
}

#[tokio::test]
async fn a_brief_read_ends_after_two_seconds_also_when_others_may_take_longer() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let store = world.store_with(|options| PoolOptions {
        statement_timeout: Duration::from_mins(1),
        lock_timeout: Duration::from_mins(1),
        ..options
    });
    let mut admin = world.admin().await;
    admin.execute("BEGIN; LOCK TABLE projects").await.unwrap();
    let asked = Instant::now();
    let mut unit = store.read_briefly(tenant.scope).await.unwrap();
    let error = unit.projects().find(id()).await.unwrap_err();
    assert!(matches!(error, StoreError::TimedOut(_)), "{error:?}");
    assert!((1..10).contains(&asked.elapsed().as_secs()), "{:?}", asked.elapsed());
    drop(unit);
    admin.execute("ROLLBACK").await.unwrap();
    // The connection has its usual timeout again.
    let mut unit = store.read(tenant.scope).await.unwrap();
    assert_eq!(unit.projects().find(id()).await.unwrap(), None);
}

#[tokio::test]
async fn a_read_at_length_lasts_longer_than_others_and_each_organization_has_one() {
    let world = World::new().await;
    let (tenant, other) = (world.tenant().await, world.tenant().await);
    let store = world.store_with(|options| PoolOptions {
        statement_timeout: Duration::from_millis(200),
        lock_timeout: Duration::from_mins(1),
        ..options
    });
    let mut admin = world.admin().await;
    admin.execute("BEGIN; LOCK TABLE projects").await.unwrap();
    let mut unit = store.read_at_length(tenant.scope).await.unwrap();
    let (found, (second, theirs)) = tokio::join!(unit.projects().find(id()), async {
        let second = store.read_at_length(tenant.scope).await.err().unwrap();
        let theirs = store.read_at_length(other.scope).await;
        admin.execute("ROLLBACK").await.unwrap();
        (second, theirs)
    });
    assert_eq!(found.unwrap(), None);
    assert!(matches!(second, StoreError::Busy), "{second:?}");
    drop((unit, theirs.unwrap()));
    store.read_at_length(tenant.scope).await.unwrap();
}

#[tokio::test]
async fn a_pool_without_room_is_unavailability_and_a_share_without_room_is_not() {
    let world = World::with_one_connection().await;
    let (tenant, other) = (world.tenant().await, world.tenant().await);
    let acquire_timeout = Duration::from_millis(1500);
    let store =
        world.store_with(|options| PoolOptions { max_connections: 1, acquire_timeout, ..options });
    let _holder = Store::begin(&store, tenant.scope).await.unwrap();
    let (unavailable, busy) =
        tokio::join!(Store::begin(&store, other.scope), Store::begin(&store, tenant.scope));
    let (unavailable, busy) = (unavailable.err().unwrap(), busy.err().unwrap());
    assert!(matches!(unavailable, StoreError::Unavailable(_)), "{unavailable:?}");
    assert!(matches!(busy, StoreError::Busy), "{busy:?}");
}

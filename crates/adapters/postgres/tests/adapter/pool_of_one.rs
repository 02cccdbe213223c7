//! One connection for two organizations, whose units of work are cancelled at every point and fail
//! in every way. The next unit on the same connection must not be affected.

use plinth_domain::{Project, ProjectId};
use plinth_ports::{
    Direction, PageRequest, ProjectFilter, ProjectSort, Result, Sort, Store, StoreError,
    SystemStore, TokenKey,
};
use plinth_postgres::PoolOptions;

use crate::support::{Tenant, World, cut_off, project};

/// More polls than a whole unit of work needs.
const POLLS: usize = 12;
const ROUNDS: usize = 40;

/// All records that the organization can read.
async fn seen(world: &World, tenant: &Tenant) -> Result<Vec<Project>> {
    let mut unit = world.store.read(tenant.scope).await?;
    let sort = Sort { by: ProjectSort::CreatedAt, direction: Direction::Ascending };
    let mut page = PageRequest::first(200, sort);
    let mut projects = Vec::new();
    loop {
        let found = unit.projects().list(&ProjectFilter::default(), &page).await?;
        projects.extend(found.items);
        page.after = found.next;
        if page.after.is_none() {
            return Ok(projects);
        }
    }
}

fn ids(projects: &[Project]) -> Vec<ProjectId> {
    let mut ids: Vec<_> = projects.iter().map(|project| project.id).collect();
    ids.sort_unstable();
    ids
}

/// A unit of work that is not committed, in one of several ways.
async fn fail(world: &World, tenant: &Tenant, taken: &Project) {
    let mut unit = Store::begin(&world.store, tenant.scope).await.unwrap();
    let stray = project(tenant, "STRAY");
    unit.projects().insert(&stray).await.unwrap();
    let again = project(tenant, taken.code.as_str());
    let error = unit.projects().insert(&again).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }), "{error:?}");
    // A failed unit cannot be committed.
    unit.commit().await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_write_is_lost_and_no_foreign_row_seen_after_interruptions() {
    let world = World::with_one_connection().await;
    let tenants = [world.tenant().await, world.tenant().await];
    let mut acknowledged: [Vec<Project>; 2] = [Vec::new(), Vec::new()];
    let mut interrupted = 0;

    // How often a unit has to be polled depends on the machine.
    for round in 0..10 * ROUNDS {
        if round >= ROUNDS && interrupted > ROUNDS {
            break;
        }
        // Until a unit of work was polled as often as it needed.
        for polls in 0.. {
            // The organizations of the cancelled and of the next unit alternate.
            let (cut, next) = ((round + polls) % 2, (round / 2 + polls) % 2);
            let doomed = project(&tenants[cut], &format!("CUT-{round}-{polls}"));
            let outcome = match round % 5 {
                4 => cut_off(world.insert_deferred(&tenants[cut], &doomed), polls).await,
                0 => cut_off(world.insert(&tenants[cut], &doomed), polls).await,
                1 => cut_off(seen(&world, &tenants[cut]), polls).await.map(|seen| seen.map(drop)),
                2 => {
                    let organization = Some(tenants[cut].scope.organization());
                    let key = TokenKey { organization, hash: [7; 32] };
                    let found = cut_off(world.store.find_session(&key), polls).await;
                    found.map(|session| session.map(drop))
                }
                _ => {
                    fail(&world, &tenants[cut], acknowledged[cut].first().unwrap_or(&doomed)).await;
                    Some(Err(StoreError::Stale))
                }
            };
            let has_ended = outcome.is_some();
            if [0, 4].contains(&(round % 5)) && matches!(outcome, Some(Ok(()))) {
                acknowledged[cut].push(doomed);
            }

            let kept = project(&tenants[next], &format!("OK-{round}-{polls}"));
            if polls % 2 == 0 {
                world.insert(&tenants[next], &kept).await.unwrap();
            } else {
                world.insert_deferred(&tenants[next], &kept).await.unwrap();
            }
            acknowledged[next].push(kept);
            if has_ended {
                break;
            }
            interrupted += 1;
        }
    }
    assert!(interrupted > ROUNDS, "only {interrupted} units were interrupted");

    for (tenant, acknowledged) in tenants.iter().zip(&acknowledged) {
        let seen = seen(&world, tenant).await.unwrap();
        assert!(seen.iter().all(|project| project.organization == tenant.scope.organization()));
        let seen = ids(&seen);
        let lost: Vec<_> =
            ids(acknowledged).into_iter().filter(|id| seen.binary_search(id).is_err()).collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
    }
    // Another session reads the same, so it was committed.
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM projects")
        .fetch_one(&mut world.admin().await)
        .await
        .unwrap();
    let acknowledged = acknowledged[0].len() + acknowledged[1].len();
    assert!(stored >= i64::try_from(acknowledged).unwrap(), "{stored} of {acknowledged}");
}

#[tokio::test]
async fn a_new_connection_can_be_cut_off_at_any_point() {
    let mut world = World::with_one_connection().await;
    let tenant = world.tenant().await;
    // The login and the first prepared statements need many more responses.
    for polls in 0..40 {
        world.store = world.store_with(|options| PoolOptions { max_connections: 1, ..options });
        cut_off(world.insert(&tenant, &project(&tenant, &format!("CUT-{polls}"))), polls).await;
        let kept = project(&tenant, &format!("OK-{polls}"));
        world.insert(&tenant, &kept).await.unwrap();
        assert_eq!(world.find(&tenant, &kept).await.unwrap(), Some(kept), "{polls}");
    }
}

#[tokio::test]
async fn a_connection_waits_in_the_pool_with_nothing_open_on_it() {
    let world = World::with_one_connection().await;
    let tenant = world.tenant().await;
    for polls in 0..POLLS {
        cut_off(world.insert(&tenant, &project(&tenant, &format!("P-{polls}"))), polls).await;
        let mut admin = world.admin().await;
        crate::support::until("the connection is idle", async || {
            let open: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                    AND application_name = 'plinth' AND state <> 'idle'",
            )
            .fetch_one(&mut admin)
            .await
            .unwrap();
            open == 0
        })
        .await;
    }
}

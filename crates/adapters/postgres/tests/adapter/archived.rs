//! The cost of a list of projects does not depend on the number of archived ones, and that of a
//! total is bounded.

use std::time::Instant;

use plinth_ports::{
    Direction, Page, PageRequest, ProjectFilter, ProjectSort, Sort, SortKey, Store, Total,
};
use sqlx::{AssertSqlSafe, Executor};

use crate::support::{World, until};

/// How many projects are archived.
const ARCHIVED: u32 = 20_000;

/// How often each list is asked for.
const LISTS: u32 = 20;

/// How often the indexes of the other projects were scanned.
const SCANS: &str = "SELECT sum(idx_scan)::bigint FROM pg_stat_user_indexes
    WHERE indexrelname LIKE 'projects_active_%'";

/// How many of their entries were read.
const READ: &str = "SELECT sum(idx_tup_read)::bigint FROM pg_stat_user_indexes
    WHERE indexrelname LIKE 'projects_active_%'";

#[tokio::test]
async fn twenty_thousand_archived_projects_cost_a_list_of_the_others_nothing() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let organization = tenant.scope.organization();
    let mut admin = world.admin().await;
    let insert = format!(
        "INSERT INTO projects (organization_id, id, code, name, status, metadata)
        SELECT '{organization}', gen_random_uuid(), 'P-' || n, 'Bridge ' || n,
            CASE WHEN n > {ARCHIVED} THEN 'active' ELSE 'archived' END, '{{}}'
        FROM generate_series(1, {ARCHIVED} + 10) n;"
    );
    admin.execute(AssertSqlSafe(insert)).await.unwrap();
    admin.execute("ANALYZE projects").await.unwrap();

    let list = async |by, archived, counted| -> Page<_> {
        let filter = ProjectFilter { archived, ..ProjectFilter::default() };
        let sort = Sort { by, direction: Direction::Descending };
        let page = PageRequest { counted, ..PageRequest::first(50, sort) };
        let mut unit = world.store.read(tenant.scope).await.unwrap();
        unit.projects().list(&filter, &page).await.unwrap()
    };
    for by in [ProjectSort::CreatedAt, ProjectSort::UpdatedAt, ProjectSort::Name] {
        let began = Instant::now();
        for _ in 0..LISTS {
            assert_eq!(list(by, Some(false), false).await.items.len(), 10);
        }
        let took = began.elapsed() / LISTS;
        println!("ten projects beside {ARCHIVED} archived ones by {} took {took:?}", by.name());
    }
    // The server counts with a delay.
    until("the lists are counted", async || {
        let scans: i64 = sqlx::query_scalar(SCANS).fetch_one(&mut admin).await.unwrap();
        scans == i64::from(3 * LISTS)
    })
    .await;
    let read: i64 = sqlx::query_scalar(READ).fetch_one(&mut admin).await.unwrap();
    assert_eq!(read, i64::from(3 * LISTS * 10), "entries of indexes, none of an archived project");

    let began = Instant::now();
    let total = list(ProjectSort::CreatedAt, None, true).await.total;
    println!("a page and a bounded total took {:?}", began.elapsed());
    assert_eq!(total, Some(Total { count: 10_000, exact: false }));
    let total = list(ProjectSort::CreatedAt, Some(false), true).await.total;
    assert_eq!(total, Some(Total { count: 10, exact: true }));
}

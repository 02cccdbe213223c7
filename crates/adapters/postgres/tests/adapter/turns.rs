//! The cost of a claim does not depend on the number of waiting jobs.

use std::time::{Duration, Instant};

use plinth_ports::{Claim, JobQueue};
use plinth_postgres::{PgJobQueue, PgStore, PoolOptions};
use plinth_testkit::TestDatabase;
use sqlx::{Connection, Executor, PgConnection};

/// A thousand organizations with one job each, and one with ten thousand.
const MANY: &str = "
    INSERT INTO organizations (id, name, slug)
    SELECT gen_random_uuid(), 'Org', 'org-' || n FROM generate_series(0, 1000) n;
    INSERT INTO jobs (organization_id, id, kind, state, max_attempts, request_id, run_at)
    SELECT o.id, gen_random_uuid(), 'test.run', 'queued', 5, 'r', now() - interval '1 minute'
    FROM organizations o CROSS JOIN generate_series(1, 10000) n WHERE n = 1 OR o.slug = 'org-0';";

#[tokio::test]
async fn a_claim_is_fair_and_cheap_among_ten_thousand_jobs_and_a_thousand_organizations() {
    let database = TestDatabase::create().await;
    let mut admin = PgConnection::connect(database.url()).await.unwrap();
    admin.execute(MANY).await.unwrap();
    let store = PgStore::connect(PoolOptions::new(database.url())).unwrap();
    let queue = PgJobQueue::new(store.clone());
    // With known kinds, like a worker.
    let kinds = Some(&["test.run", "test.other"][..]);
    let claim = Claim { worker: "w", lease: Duration::from_mins(10), limit: 100, kinds };
    let began = Instant::now();
    let mut organizations = std::collections::HashSet::new();
    for _ in 0..10 {
        let claimed = queue.claim(claim).await.unwrap();
        assert_eq!(claimed.len(), 100);
        organizations.extend(claimed.iter().map(|leased| leased.lease.organization));
    }
    let took = began.elapsed();
    println!("a claim of a hundred jobs took {:?}", took / 10);
    assert_eq!(organizations.len(), 1000, "ten claims served as many as they had jobs");
    // Without the index each claim would read every job many times.
    assert!(took < Duration::from_secs(10), "{took:?}");
    store.close().await;
    drop(admin);
    database.drop().await;
}

/// Ten thousand organizations whose job waits for tomorrow, and one whose job is due.
const DELAYED: &str = "
    INSERT INTO organizations (id, name, slug)
    SELECT gen_random_uuid(), 'Org', 'org-' || n FROM generate_series(0, 10000) n;
    INSERT INTO jobs (organization_id, id, kind, state, max_attempts, request_id, run_at, delayed)
    SELECT id, gen_random_uuid(), 'test.run', 'failed', 5, 'r',
        now() + CASE slug WHEN 'org-0' THEN interval '-1 minute' ELSE interval '1 day' END, true
    FROM organizations;";

#[tokio::test]
async fn organizations_whose_jobs_wait_for_later_cost_a_claim_nothing() {
    let database = TestDatabase::create().await;
    let mut admin = PgConnection::connect(database.url()).await.unwrap();
    admin.execute(DELAYED).await.unwrap();
    let store = PgStore::connect(PoolOptions::new(database.url())).unwrap();
    let queue = PgJobQueue::new(store.clone());
    let claim = Claim {
        worker: "w",
        lease: Duration::from_mins(10),
        limit: 100,
        kinds: Some(&["test.run"]),
    };
    assert_eq!(queue.claim(claim).await.unwrap().len(), 1, "the one whose time has come");
    let began = Instant::now();
    for _ in 0..50 {
        assert_eq!(queue.claim(claim).await.unwrap(), []);
    }
    let took = began.elapsed() / 50;
    println!("a claim beside ten thousand organizations that wait took {took:?}");
    // One probe for each would take more than a hundred milliseconds.
    assert!(took < Duration::from_millis(40), "{took:?}");
    store.close().await;
    drop(admin);
    database.drop().await;
}

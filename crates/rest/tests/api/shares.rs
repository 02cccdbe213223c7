//! One organization holds few connections, and its searches fewer, each only briefly.

use std::time::{Duration, Instant};

use futures::future::join_all;
use plinth_testkit::TestDatabase;
use sqlx::{Connection, Executor, PgConnection};

use crate::support::{Client, Options, TestApp};

/// The longest that a list of these clients took, while others are at work.
async fn slowest_list<const N: usize>(clients: [&Client; N]) -> Duration {
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut slowest = Duration::ZERO;
    for _ in 0..20 {
        for client in clients {
            let asked = Instant::now();
            client.get("/projects").await.expect(200);
            slowest = slowest.max(asked.elapsed());
        }
    }
    slowest
}

#[tokio::test]
async fn many_requests_of_one_organization_leave_connections_to_all_others() {
    let database = TestDatabase::create().await;
    let url = database.url().to_owned();
    let options = Options { connections: 6, share: 1, ..Options::default() };
    let app = TestApp::postgres_at(&url, database, options);
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let project = ada.project("P-1").await;
    let path = format!("/projects/{}", project["id"].as_str().unwrap());
    bob.project("P-1").await;

    // Every change of Ada's project waits for this lock, and ends at its timeout.
    let mut owner = PgConnection::connect(&url).await.unwrap();
    owner.execute("BEGIN; SELECT FROM projects WHERE code = 'P-1' FOR UPDATE").await.unwrap();
    let changes = (0..30).map(|_| ada.delete(&path, 1));
    let (changed, slowest) = tokio::join!(join_all(changes), slowest_list([&bob]));
    assert!(slowest < Duration::from_millis(1500), "{slowest:?}");
    let codes: Vec<String> = changed.into_iter().map(|reply| reply.expect(503).code()).collect();
    assert!(codes.iter().any(|code| code == "organization.busy"), "{codes:?}");
    owner.execute("ROLLBACK").await.unwrap();
    ada.get("/projects").await.expect(200);
    app.stop().await;
}

#[tokio::test]
async fn searches_of_one_organization_leave_connections_to_all_others() {
    let database = TestDatabase::create().await;
    let url = database.url().to_owned();
    let options = Options { connections: 6, ..Options::default() };
    let app = TestApp::postgres_at(&url, database, options);
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    ada.project("P-1").await;
    bob.project("P-1").await;

    // Every search waits for this lock, as if it read millions of texts, or counted millions of versions.
    let mut owner = PgConnection::connect(&url).await.unwrap();
    for (lock, path) in [
        ("BEGIN; LOCK TABLE document_texts", "/documents?q=concrete"),
        ("BEGIN; LOCK TABLE document_versions", "/organization/usage"),
    ] {
        owner.execute(lock).await.unwrap();
        let searches = (0..30).map(|_| ada.get(path));
        let (searched, slowest) = tokio::join!(join_all(searches), slowest_list([&bob, &ada]));
        assert!(slowest < Duration::from_millis(1500), "{slowest:?}");
        let codes = searched.into_iter().map(|reply| reply.expect(503).code());
        let codes: Vec<String> = codes.collect();
        assert!(codes.iter().any(|code| code == "search.busy"), "{codes:?}");
        owner.execute("ROLLBACK").await.unwrap();
        ada.get(path).await.expect(200);
    }
    app.stop().await;
}

//! A connection returns to the pool clean after its `BEGIN` was cancelled.

use std::{future::Future, pin::pin, task::Poll, time::Duration};

use plinth_domain::{Id, OrganizationId};
use plinth_testkit::TestDatabase;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::{Begin, Connections, Reads, Statements};
use crate::{PoolOptions, sql::Sql};

/// Longer than any test waits for a connection.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Drops a future after this number of polls.
async fn cut_off(future: impl Future, polls: usize) {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 || future.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        left -= 1;
        if left == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// The organization and the scope that are set, the visible rows, and whether a transaction is
/// open, which is then older than the statement. It is a simple query: one message and one
/// snapshot.
async fn found(connection: &mut PgConnection) -> String {
    let question =
        "SELECT concat_ws('|', coalesce(current_setting('app.organization_id', true), ''),
            coalesce(current_setting('app.scope', true), ''), (SELECT count(*) FROM organizations),
            now() <> statement_timestamp())";
    let row = sqlx::raw_sql(question).fetch_one(connection).await.unwrap();
    row.get(0)
}

/// One connection, and an organization.
async fn one() -> (TestDatabase, Connections, OrganizationId) {
    let database = TestDatabase::create().await;
    let options = PoolOptions { max_connections: 1, ..PoolOptions::new(database.url()) };
    let connections = Connections::new(options).unwrap();
    let organization = Id::from_uuid(Uuid::from_u128(7));
    let add = "INSERT INTO organizations (id, name, slug) VALUES ($1, 'Harbour', 'harbour')";
    let mut tx = connections.begin(Begin::System).await.unwrap();
    tx.execute(Sql::fixed(add, vec![organization.uuid().into()])).await.unwrap();
    tx.commit().await.unwrap();
    (database, connections, organization)
}

/// Asserts that the next one that takes the connection finds nothing on it.
async fn assert_clean(connections: &Connections, moment: &str) {
    let mut connection = connections.queue().acquire(TIMEOUT).await.unwrap();
    let left = found(connection.ask().unwrap()).await;
    connection.rest();
    assert_eq!(left, "||0|f", "{moment}");
}

#[tokio::test]
async fn a_begin_that_is_cut_off_leaves_nothing_on_the_connection() {
    let (_database, connections, organization) = one().await;
    let begins = [
        Begin::Tenant(organization),
        Begin::TenantRead(organization),
        Begin::System,
        Begin::Housekeeping,
    ];
    for round in 0..40 {
        for polls in 0..6 {
            cut_off(connections.begin(begins[round % begins.len()].clone()), polls).await;
            assert_clean(&connections, &format!("{round}, {polls}")).await;
        }
    }
}

#[tokio::test]
async fn a_question_apart_that_is_cut_off_leaves_nothing_on_the_connection() {
    let (_database, connections, organization) = one().await;
    let names = || Sql::fixed("SELECT name FROM organizations", Vec::new());
    for mut reads in
        [Reads::of(organization, connections.clone()), Reads::of_all(connections.clone())]
    {
        for round in 0..20 {
            for polls in 0..6 {
                cut_off(reads.rows(names()), polls).await;
                assert_clean(&connections, &format!("{round}, {polls}")).await;
            }
            assert_eq!(reads.rows(names()).await.unwrap().len(), 1);
            assert_clean(&connections, "after an answer").await;
            reads.row(Sql::fixed("SELECT 1 / 0", Vec::new())).await.unwrap_err();
            assert_clean(&connections, "after an error").await;
        }
    }
}

#[tokio::test]
async fn a_question_whose_rows_are_not_all_read_holds_up_no_other() {
    let (_database, connections, organization) = one().await;
    let mut reads = Reads::of(organization, connections.clone());
    let many = "SELECT repeat('x', 10000) FROM generate_series(1, 2000)";
    for _ in 0..3 {
        let read = reads.within(Sql::fixed(many, Vec::new()), 30_000, |_| Ok(())).await.unwrap();
        assert!(read.has_more && read.items.len() < 5, "{}", read.items.len());
        assert_clean(&connections, "after a part of the rows").await;
    }
}

#[test]
fn a_connection_of_a_runtime_that_has_ended_does_not_return_with_its_transaction() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (main, other) = (runtime(), runtime());
    let (_database, connections, organization) = main.block_on(one());
    let begun = connections.clone();
    other.spawn(async move {
        let _tx = begun.begin(Begin::Tenant(organization)).await.unwrap();
        std::future::pending::<()>().await;
    });
    other.block_on(async {
        while connections.queue().num_idle() > 0 || connections.queue().size() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    });
    drop(other);
    main.block_on(assert_clean(&connections, "after the runtime"));
}

//! A separate database for each test.

use plinth_testkit::{TestDatabase, admin_url};
use sqlx::{Connection, PgConnection};

#[tokio::test]
async fn a_test_starts_with_the_schema_and_sees_no_other_tests_rows() {
    let (one, other) = tokio::join!(TestDatabase::create(), TestDatabase::create());
    assert_ne!(one.url(), other.url());

    run(&one, "CREATE TABLE mine ()").await;
    assert_eq!(count(&one, "pg_tables WHERE tablename = 'mine'").await, 1);
    assert_eq!(count(&other, "pg_tables WHERE tablename = 'mine'").await, 0);
    one.drop().await;
    other.drop().await;
}

#[tokio::test]
async fn an_empty_database_has_no_schema() {
    let database = TestDatabase::empty().await;
    let tables = "pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
    assert_eq!(count(&database, tables).await, 0);
    database.drop().await;
}

#[tokio::test]
async fn many_tests_may_create_theirs_at_once() {
    let creating: Vec<_> = (0..8).map(|_| tokio::spawn(TestDatabase::create())).collect();
    for database in creating {
        database.await.unwrap().drop().await;
    }
}

#[tokio::test]
async fn a_database_is_dropped_with_its_test_even_with_open_connections() {
    let database = TestDatabase::create().await;
    let name = database.name().to_owned();
    let _still_connected = PgConnection::connect(database.url()).await.unwrap();

    drop(database);

    let mut admin = PgConnection::connect(&admin_url()).await.unwrap();
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_database WHERE datname = $1")
        .bind(name)
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(left, 0);
}

async fn run(database: &TestDatabase, statement: &'static str) {
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    sqlx::query(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

async fn count(database: &TestDatabase, rows: &str) -> i64 {
    let query = format!("SELECT count(*) FROM {rows}");
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let count =
        sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    count
}

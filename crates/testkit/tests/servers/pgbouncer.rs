//! A private `PgBouncer`.

use plinth_testkit::{PoolMode, Pooler, TestDatabase};
use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

async fn connect(url: &str) -> sqlx::Result<PgConnection> {
    url.parse::<PgConnectOptions>()?.extra_float_digits(None).connect().await
}

#[tokio::test]
async fn it_leads_to_the_test_database_while_it_is_held_and_only_with_the_password() {
    let database = TestDatabase::create().await;
    let pooler = Pooler::start(PoolMode::Session, 2);
    let url = pooler.url(&database);
    let mut connection = connect(&url).await.unwrap();
    let name = sqlx::query_scalar::<_, String>("SELECT current_database()::text");
    assert_eq!(name.fetch_one(&mut connection).await.unwrap(), database.name());
    connection.close().await.unwrap();

    let password = url.split([':', '@']).nth(2).unwrap();
    assert!(connect(&url.replace(password, "wrong")).await.is_err());
    drop(pooler);
    assert!(connect(&url).await.is_err());
}

//! `plinth audit verify`.

use plinth_testkit::TestDatabase;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::support::Scratch;

#[tokio::test]
async fn the_first_modified_entry_is_named() {
    let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
    let url = [("DATABASE_URL", database.url())];
    scratch.run(&["seed"], &url).well();
    let whole = scratch.run(&["audit", "verify"], &url).well();
    assert_eq!(whole.lines().filter(|line| line.starts_with("ok  ")).count(), 2, "{whole}");

    let mut owner = PgConnection::connect(database.url()).await.unwrap();
    let (organization, entry): (sqlx::types::Uuid, sqlx::types::Uuid) = sqlx::query_as(
        "SELECT organization_id, id FROM journal_sequence WHERE number = 2
            ORDER BY organization_id LIMIT 1",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    let forge = format!("UPDATE audit_logs SET request_id = 'forged' WHERE id = '{entry}'");
    sqlx::query(AssertSqlSafe(forge)).execute(&mut owner).await.unwrap();
    owner.close().await.unwrap();

    let found = scratch.run(&["audit", "verify"], &url);
    assert_eq!(found.code, Some(1), "{}", found.stderr);
    let named = format!("BAD  {organization}  entry number 2 is changed: {entry}");
    assert!(found.stdout.contains(&named), "{}", found.stdout);
    assert_eq!(found.stdout.lines().filter(|line| line.starts_with("ok  ")).count(), 1);

    let one = organization.to_string();
    let found = scratch.run(&["audit", "verify", "--organization", &one], &url);
    assert_eq!((found.code, found.stdout.trim_end()), (Some(1), &*named));
    scratch.run(&["audit", "verify", "--organization", "x"], &url).badly(2);
    database.drop().await;
}

//! `plinth seed`.

use plinth_testkit::TestDatabase;
use sqlx::{Connection, PgConnection};

use crate::support::Scratch;

/// The number of rows that seeding creates, by table.
async fn rows(database: &TestDatabase) -> Vec<(String, i64)> {
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let counts = sqlx::query_as(
        "SELECT 'users', count(*) FROM users UNION ALL
         SELECT 'memberships of demo', count(*) FROM memberships m
            JOIN organizations o ON o.id = m.organization_id WHERE o.slug = 'demo' UNION ALL
         SELECT 'roles in demo', count(DISTINCT role) FROM memberships m
            JOIN organizations o ON o.id = m.organization_id WHERE o.slug = 'demo' UNION ALL
         SELECT 'places of the demo user', count(*) FROM memberships m
            JOIN users u ON u.id = m.user_id WHERE u.email = 'demo@plinth.example' UNION ALL
         SELECT 'invitations', count(*) FROM invitations UNION ALL
         SELECT 'projects', count(*) FROM projects UNION ALL
         SELECT 'contracts', count(*) FROM contracts UNION ALL
         SELECT 'invoices', count(*) FROM invoices UNION ALL
         SELECT 'payments', count(*) FROM payments UNION ALL
         SELECT 'keys', count(*) FROM api_keys UNION ALL
         SELECT 'journal', count(*) FROM audit_logs UNION ALL
         SELECT 'sessions', count(*) FROM sessions",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    counts
}

async fn execute(database: &TestDatabase, statement: &'static str) {
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    sqlx::query(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_second_run_changes_nothing() {
    let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
    let url = [("DATABASE_URL", database.url())];
    let first = scratch.run(&["seed"], &url).well();
    assert!(first.contains("demo data was added\n"), "{first}");
    assert!(first.contains("demo@plinth.example with the password"), "{first}");
    let seeded = rows(&database).await;
    let count = |name| seeded.iter().find(|(what, _)| what == name).unwrap().1;
    assert_eq!(count("roles in demo"), 5);
    assert_eq!(count("places of the demo user"), 2);
    assert!(count("projects") >= 12);
    assert_eq!((count("contracts"), count("invoices"), count("payments")), (3, 17, 13));
    assert_eq!(count("keys"), 1);

    let second = scratch.run(&["seed"], &url).well();
    assert!(second.contains("already there"), "{second}");
    assert_eq!(rows(&database).await, seeded);

    execute(&database, "DELETE FROM projects WHERE code = 'KIN-4'").await;
    scratch.run(&["seed"], &url).well();
    let now = rows(&database).await;
    assert_ne!(now, seeded, "removed records stay removed");
    database.drop().await;
}

#[tokio::test]
async fn an_interrupted_run_is_completed() {
    let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
    let url = [("DATABASE_URL", database.url())];
    scratch.run(&["seed"], &url).well();
    let complete = rows(&database).await;
    // Simulates a first run that ended while it created the projects.
    for statement in [
        "DELETE FROM api_keys",
        "DELETE FROM projects WHERE code IN ('KIN-4', 'WTR-5', 'LAS-1', 'MON-3')",
        "DELETE FROM sessions",
        "DELETE FROM audit_logs",
    ] {
        execute(&database, statement).await;
    }
    let again = scratch.run(&["seed"], &url).well();
    assert!(again.contains("demo data was added\n"), "{again}");
    let now = rows(&database).await;
    assert_eq!(now[..10], complete[..10], "nothing is missing, and nothing is there twice");
    database.drop().await;
}

#[tokio::test]
async fn seeding_is_refused_without_a_schema_and_in_production() {
    let (scratch, database) = (Scratch::new(), TestDatabase::empty().await);
    let complaint = scratch.run(&["seed"], &[("DATABASE_URL", database.url())]).badly(1);
    assert!(complaint.contains("run `plinth migrate up` first"), "{complaint}");

    let production = [
        ("PLINTH_ENVIRONMENT", "production"),
        ("DATABASE_URL", database.url()),
        ("PLINTH_SECURITY__SECRET_KEY", "0123456789abcdef0123456789abcdef"),
        ("PLINTH_MAIL__KIND", "none"),
    ];
    let complaint = scratch.run(&["seed"], &production).badly(1);
    assert!(complaint.contains("not in production"), "{complaint}");
    database.drop().await;
}

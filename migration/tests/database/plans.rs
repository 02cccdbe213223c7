//! How the planner runs the application's queries under row level security.

use plinth_testkit::TestDatabase;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::{
    seed,
    session::{admin, application, begin_system, begin_tenant, run},
};

/// Two organizations, one of them with two thousand projects, and statistics.
async fn filled() -> (TestDatabase, PgConnection) {
    let database = TestDatabase::create().await;
    let mut application = application(database.url()).await;
    seed::organization(&mut application, 2).await;
    let organization = seed::organization(&mut application, 1).await;
    begin_tenant(&mut application, organization).await;
    let projects = format!(
        "INSERT INTO projects (organization_id, code, name, status, created_at, updated_at)
        SELECT '{organization}', 'P-' || n, 'Project ' || md5(n::text), 'active', t, t
        FROM generate_series(1, 2000) n, LATERAL (SELECT now() - n * interval '1 hour') x (t)"
    );
    run(&mut application, &projects).await.unwrap();
    run(&mut application, "COMMIT").await.unwrap();
    run(&mut admin(database.url()).await, "ANALYZE").await.unwrap();
    begin_tenant(&mut application, organization).await;
    (database, application)
}

/// The plan of a statement, as one text.
async fn plan(connection: &mut PgConnection, sql: &str) -> String {
    let lines: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!("EXPLAIN {sql}")))
        .fetch_all(connection)
        .await
        .unwrap();
    lines.join("\n")
}

#[tokio::test]
async fn a_page_of_projects_is_read_in_the_order_of_an_index() {
    let (database, mut application) = filled().await;

    for (key, value, index) in [
        ("created_at, id", "now() - interval '1000 hours'", "projects_created_at_idx"),
        ("updated_at, id", "now() - interval '1000 hours'", "projects_updated_at_idx"),
        ("name, id", "'Project 8'", "projects_name_idx"),
        ("code", "'P-5'", "projects_organization_id_code_key"),
    ] {
        for (operator, order) in [(">", "ASC"), ("<", "DESC")] {
            let after = match key.strip_suffix(", id") {
                Some(_) => format!("({key}) {operator} ({value}, '{}')", seed::id(5)),
                None => format!("{key} {operator} {value}"),
            };
            let columns = key.replace(", ", &format!(" {order}, "));
            let sql = format!(
                "SELECT * FROM projects WHERE organization_id = '{}' AND {after}
                ORDER BY {columns} {order} LIMIT 50",
                seed::id(1)
            );
            let plan = plan(&mut application, &sql).await;
            assert!(plan.contains(index) && !plan.contains("Sort"), "{sql}\n{plan}");
        }
    }

    database.drop().await;
}

/// The decision of `m0009_projects`. If this fails, create the index.
#[tokio::test]
async fn a_trigram_index_is_of_no_use_to_the_applications_role() {
    let (database, mut application) = filled().await;
    run(&mut application, "ROLLBACK").await.unwrap();
    let mut admin = admin(database.url()).await;
    let index = "CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX trigrams ON projects USING gin (search gin_trgm_ops);
        ANALYZE projects;
        SET enable_seqscan = off";
    run(&mut admin, index).await.unwrap();
    let search = "SELECT * FROM projects WHERE search LIKE '%8f14e45fceea167a%'";
    let superusers = plan(&mut admin, search).await;
    assert!(superusers.contains("trigrams"), "{superusers}");

    begin_tenant(&mut application, seed::id(1)).await;
    run(&mut application, "SET LOCAL enable_seqscan = off").await.unwrap();

    let plan = plan(&mut application, search).await;
    assert!(!plan.contains("trigrams"), "{plan}");
    database.drop().await;
}

#[tokio::test]
async fn a_token_is_found_by_an_index_across_tenants() {
    let (database, mut application) = filled().await;
    run(&mut application, "ROLLBACK").await.unwrap();
    begin_system(&mut application).await;
    run(&mut application, "SET LOCAL enable_seqscan = off").await.unwrap();

    for (table, column, index) in [
        ("sessions", "access_hash", "sessions_access_hash_idx"),
        ("sessions", "refresh_hash", "sessions_refresh_hash_idx"),
        ("api_keys", "secret_hash", "api_keys_secret_hash_idx"),
        ("invitations", "token_hash", "invitations_token_hash_idx"),
    ] {
        let sql = format!("SELECT * FROM {table} WHERE {column} = '\\xab'");
        let plan = plan(&mut application, &sql).await;
        assert!(plan.contains(index), "{sql}\n{plan}");
    }

    database.drop().await;
}

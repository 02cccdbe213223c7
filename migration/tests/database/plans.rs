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
    let archive = "UPDATE projects SET status = 'archived' WHERE code LIKE '%7'";
    for sql in [archive, "COMMIT"] {
        run(&mut application, sql).await.unwrap();
    }
    run(&mut admin(database.url()).await, "ANALYZE projects").await.unwrap();
    begin_tenant(&mut application, seed::id(1)).await;

    let hours = "now() - interval '1000 hours'";
    let active = "status <> 'archived'";
    for (filter, key, value, index) in [
        ("true", "created_at, id", hours, "projects_created_at_idx"),
        ("true", "code", "'P-5'", "projects_organization_id_code_key"),
        (active, "created_at, id", hours, "projects_active_created_at_idx"),
        (active, "updated_at, id", hours, "projects_active_updated_at_idx"),
        (active, "name, id", "'Project 8'", "projects_active_name_idx"),
        (active, "code", "'P-5'", "projects_organization_id_code_key"),
    ] {
        for (operator, order) in [(">", "ASC"), ("<", "DESC")] {
            let after = match key.strip_suffix(", id") {
                Some(_) => format!("({key}) {operator} ({value}, '{}')", seed::id(5)),
                None => format!("{key} {operator} {value}"),
            };
            let columns = key.replace(", ", &format!(" {order}, "));
            let sql = format!(
                "SELECT * FROM projects WHERE organization_id = '{}' AND {filter} AND {after}
                ORDER BY {columns} {order} LIMIT 50",
                seed::id(1)
            );
            let plan = plan(&mut application, &sql).await;
            assert!(plan.contains(index) && !plan.contains("Sort"), "{sql}\n{plan}");
        }
    }

    database.drop().await;
}

/// The reason for the parents of searched tables. If this fails, they are not needed any more.
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

/// Five hundred users, each with twenty sessions in an organization of their own, API keys, invitations,
/// and statistics.
async fn with_sessions() -> (TestDatabase, PgConnection) {
    let (database, mut application) = filled().await;
    let sessions = "
        INSERT INTO users (id, email, name)
        SELECT md5(n::text)::uuid, 'u' || n || '@example.com', 'U' FROM generate_series(1, 500) n;
        INSERT INTO organizations (id, name, slug)
        SELECT md5(n::text)::uuid, 'O', 'o-' || n FROM generate_series(1, 500) n;
        INSERT INTO memberships (organization_id, user_id, role, email, name)
        SELECT md5(n::text)::uuid, md5(n::text)::uuid, 'viewer', 'u' || n || '@example.com', 'U'
        FROM generate_series(1, 500) n;
        INSERT INTO sessions (organization_id, user_id, family_id, access_hash, refresh_hash,
            root_hash, names_organization, access_expires_at, expires_at, rotated_at)
        SELECT u, u, md5(u::text)::uuid, h, h, h, true, now() + n * interval '1 minute',
            now() + interval '30 days', CASE WHEN n < 20 THEN now() END
        FROM generate_series(1, 500) p, LATERAL (SELECT md5(p::text)::uuid) x (u),
            generate_series(1, 20) n, LATERAL (SELECT sha256((p || ' ' || n)::bytea)) y (h);
        INSERT INTO api_keys (organization_id, name, prefix, last_four, secret_hash, role, created_by)
        SELECT u, 'K', 'plk_', 'wxyz', h, 'viewer', u
        FROM generate_series(1, 2000) n, LATERAL (SELECT md5((n % 20 + 1)::text)::uuid) x (u),
            LATERAL (SELECT sha256(n::text::bytea)) y (h);
        INSERT INTO invitations (organization_id, email, role, token_hash, invited_by, expires_at)
        SELECT u, 'i' || n || '@example.com', 'viewer', h, u, now()
        FROM generate_series(1, 2000) n, LATERAL (SELECT md5((n % 20 + 1)::text)::uuid) x (u),
            LATERAL (SELECT sha256(n::text::bytea)) y (h)";
    run(&mut application, "ROLLBACK").await.unwrap();
    begin_system(&mut application).await;
    run(&mut application, sessions).await.unwrap();
    run(&mut application, "COMMIT").await.unwrap();
    run(&mut admin(database.url()).await, "ANALYZE").await.unwrap();
    begin_system(&mut application).await;
    (database, application)
}

#[tokio::test]
async fn a_token_is_found_by_an_index_on_organization_and_hash() {
    let (database, mut application) = with_sessions().await;
    let (named, nameless) = ("organization_id = md5('7')::uuid", "NOT names_organization");
    for (table, column, condition, index) in [
        ("sessions", "access_hash", named, "sessions_access_hash_key"),
        ("sessions", "refresh_hash", named, "sessions_refresh_hash_key"),
        ("sessions", "root_hash", named, "sessions_root_idx"),
        ("api_keys", "secret_hash", named, "api_keys_secret_hash_key"),
        ("invitations", "token_hash", named, "invitations_token_hash_key"),
        // Tokens of earlier versions.
        ("sessions", "access_hash", nameless, "sessions_access_hash_idx"),
        ("sessions", "refresh_hash", nameless, "sessions_refresh_hash_idx"),
        ("sessions", "root_hash", "true", "sessions_root_hash_idx"),
        ("api_keys", "secret_hash", nameless, "api_keys_secret_hash_idx"),
        ("invitations", "token_hash", nameless, "invitations_token_hash_idx"),
    ] {
        let sql = format!("SELECT * FROM {table} WHERE {condition} AND {column} = '\\xab'");
        let plan = plan(&mut application, &sql).await;
        assert!(plan.contains(index), "{sql}\n{plan}");
        if condition == named {
            let line = plan.lines().find(|line| line.contains("Index Cond")).unwrap_or_default();
            let both = ["organization_id", column].iter().all(|column| line.contains(column));
            assert!(both, "{sql}\n{plan}");
        }
    }

    database.drop().await;
}

#[tokio::test]
async fn the_sessions_of_a_user_are_found_by_an_index_and_so_are_those_that_a_sweep_removes() {
    let (database, mut application) = with_sessions().await;
    let user = "md5('7')::uuid";
    for (condition, index) in [
        (format!("user_id = {user}"), "sessions_user_id_family_id_idx"),
        (format!("user_id = {user} AND family_id = {user}"), "sessions_user_id_family_id_idx"),
        (
            "access_expires_at <= now() AND rotated_at IS NOT NULL AND root_hash IS NOT NULL"
                .to_owned(),
            "sessions_rotated_idx",
        ),
    ] {
        let sql = format!(
            "UPDATE sessions SET revoked_at = now() WHERE {condition} AND revoked_at IS NULL"
        );
        let plan = plan(&mut application, &sql).await;
        assert!(plan.contains(index) && !plan.contains("Seq Scan"), "{sql}\n{plan}");
    }
    // The lock of a refresh.
    let sql = format!(
        "SELECT * FROM users WHERE id IN (SELECT user_id FROM sessions
            WHERE organization_id = {user} AND refresh_hash = '\\xab') FOR NO KEY UPDATE"
    );
    let refresh = plan(&mut application, &sql).await;
    let is_found = refresh.contains("sessions_refresh_hash_key") && refresh.contains("users_pkey");
    assert!(is_found, "{refresh}");
    // The look-up for many streams at once.
    let tokens: Vec<_> = (0..64).map(|n| format!("(md5('{n}')::uuid, '\\xab'::bytea)")).collect();
    let sql = format!(
        "SELECT * FROM sessions WHERE (organization_id, access_hash) IN ({})",
        tokens.join(", ")
    );
    let many = plan(&mut application, &sql).await;
    assert!(many.contains("sessions_access_hash_key") && !many.contains("Seq Scan"), "{many}");
    database.drop().await;
}

/// Each filter of `GET /audit-logs` is a condition on an index, also under row level security.
#[tokio::test]
async fn each_filter_of_the_audit_log_has_an_index() {
    let (database, mut application) = filled().await;
    run(&mut application, "ROLLBACK").await.unwrap();
    let mut admin = admin(database.url()).await;
    let entries = format!(
        "INSERT INTO audit_logs (organization_id, actor_kind, actor_id, action, subject_kind,
            subject_id, outcome, request_id)
        SELECT '{}', 'system', gen_random_uuid(), 'project.a' || n % 50, 'kind' || n % 50,
            gen_random_uuid(), CASE WHEN n % 100 = 0 THEN 'denied' ELSE 'succeeded' END, 'r'
        FROM generate_series(1, 5000) n; ANALYZE audit_logs",
        seed::id(1)
    );
    run(&mut admin, &entries).await.unwrap();
    begin_tenant(&mut application, seed::id(1)).await;
    for (column, value) in [
        ("action", "project.a7"),
        ("actor_id", "019f0000-0000-7000-8000-000000000001"),
        ("subject_kind", "kind7"),
        ("subject_id", "019f0000-0000-7000-8000-000000000001"),
        ("outcome", "denied"),
    ] {
        let sql = format!(
            "SELECT * FROM audit_logs WHERE organization_id = '{}' AND {column} = '{value}'
            ORDER BY id DESC LIMIT 50",
            seed::id(1)
        );
        let plan = plan(&mut application, &sql).await;
        let condition = format!("({column} = '{value}'");
        let line = plan.lines().find(|line| line.contains(&condition));
        assert!(line.is_some_and(|line| line.contains("Index Cond")), "{sql}\n{plan}");
    }

    database.drop().await;
}

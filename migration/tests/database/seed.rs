//! One organization with a row in every table.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::session::{begin_system, begin_tenant, run};

/// The tenant tables that [`organization`] fills.
pub const TENANT_TABLES: &[&str] = &[
    "api_keys",
    "audit_logs",
    "document_texts",
    "document_versions",
    "documents",
    "feature_flag_overrides",
    "idempotency_keys",
    "invitations",
    "jobs",
    "journal_pending",
    "journal_sequence",
    "memberships",
    "projects",
    "sessions",
    "uploads",
];

/// Fills every table, as the application's role, with rows of organization number `n`.
///
/// The organization, its user and its rows have the same id.
pub async fn organization(connection: &mut PgConnection, n: u128) -> Uuid {
    fill(connection, n, insert).await
}

/// As [`organization`], in a schema before step `m0027_tenant_keys`.
pub async fn earlier_organization(connection: &mut PgConnection, n: u128) -> Uuid {
    fill(connection, n, |table, organization, id| match table {
        "memberships" => format!(
            "INSERT INTO memberships (organization_id, id, user_id, role)
            VALUES ('{organization}', '{id}', '{id}', 'owner')"
        ),
        other => insert(other, organization, id),
    })
    .await
}

async fn fill(
    connection: &mut PgConnection,
    n: u128,
    insert: impl Fn(&str, Uuid, Uuid) -> String,
) -> Uuid {
    let id = id(n);
    begin_system(connection).await;
    let global = format!(
        "INSERT INTO organizations (id, name, slug) VALUES ('{id}', 'Org {n}', 'org-{n}');
        INSERT INTO users (id, email, name) VALUES ('{id}', 'user{n}@example.com', 'User {n}');
        COMMIT;"
    );
    run(connection, &global).await.unwrap();
    begin_tenant(connection, id).await;
    // The audit record adds a row to the pending ones.
    for table in ["memberships", "sessions", "invitations", "api_keys", "idempotency_keys"]
        .into_iter()
        .chain(["audit_logs", "journal_sequence", "feature_flag_overrides", "jobs", "projects"])
        .chain(["documents", "document_versions", "document_texts", "uploads"])
    {
        run(connection, &insert(table, id, id)).await.unwrap();
    }
    run(connection, "COMMIT").await.unwrap();
    id
}

/// The id of organization number `n`, in the form of a `UUIDv7` of the year 2026.
pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x019f_0000_0000_7000_8000_0000_0000_0000 + n)
}

/// An `INSERT` of row `id` of `organization` into a tenant table. Its user is `id` as well.
pub fn insert(table: &str, organization: Uuid, id: Uuid) -> String {
    let hash = format!("decode(repeat(right('{id}', 2), 32), 'hex')");
    let tomorrow = "now() + interval '1 day'";
    let (columns, values) = match table {
        "memberships" => {
            ("user_id, role, email, name", format!("'{id}', 'owner', '{id}@example.com', 'User'"))
        }
        "sessions" => (
            "family_id, user_id, access_hash, access_expires_at, refresh_hash, expires_at",
            format!("'{id}', '{id}', {hash}, {tomorrow}, {hash}, {tomorrow}"),
        ),
        "invitations" => (
            "email, role, token_hash, invited_by, expires_at",
            format!("'{id}@example.com', 'member', {hash}, '{id}', {tomorrow}"),
        ),
        "api_keys" => (
            "name, prefix, last_four, secret_hash, role, created_by",
            format!("'key', 'plk_ab', 'wxyz', {hash}, 'member', '{id}'"),
        ),
        "idempotency_keys" => (
            "principal, operation, key, fingerprint, expires_at",
            format!("'user:{id}', 'project.create', 'k', {hash}, {tomorrow}"),
        ),
        "audit_logs" => (
            "actor_kind, action, subject_kind, outcome, request_id",
            "'system', 'project.created', 'project', 'succeeded', 'r'".to_owned(),
        ),
        "journal_pending" => {
            return format!(
                "INSERT INTO journal_pending (organization_id, id) VALUES ('{organization}', '{id}')"
            );
        }
        "journal_sequence" => ("number, hash", format!("1, {hash}")),
        "feature_flag_overrides" => {
            ("flag_key, enabled", "'projects.trigram_search', false".to_owned())
        }
        "jobs" => (
            "kind, state, max_attempts, request_id",
            "'document.process', 'queued', 5, 'r'".to_owned(),
        ),
        "documents" => (
            "name, kind, status, current_version_id",
            format!("'Grundriß', 'pdf', 'pending', '{id}'"),
        ),
        "document_versions" => (
            "document_id, number, content_type, size_bytes, storage_key, status, job_id",
            format!(
                "'{id}', 1, 'application/pdf', 1, 'org/{organization}/doc/{id}/{id}', 'pending', '{id}'"
            ),
        ),
        "document_texts" => ("content", "'concrete'".to_owned()),
        "uploads" => (
            "created_by, document_id, document_version_id, method, state, is_new, received, parts, \
                tail, second_tail, digest, expires_at",
            format!(
                "'{id}', '{id}', '{id}', 'stream', 'open', false, 0, '{{}}', 0, false, '', {tomorrow}"
            ),
        ),
        "projects" => ("code, name, status", format!("right('{id}', 12), 'Übersee', 'active'")),
        other => panic!("no seed row for {other}: add one"),
    };
    format!(
        "INSERT INTO {table} (organization_id, id, {columns}) VALUES ('{organization}', '{id}', {values})"
    )
}

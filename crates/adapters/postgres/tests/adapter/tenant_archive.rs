//! All that the database has of an organization.

use std::collections::BTreeSet;

use plinth_ports::{ArchivedTable, TenantArchive, TenantSnapshot};
use plinth_postgres::{LEFT_OUT, SECRET_COLUMNS};
use sqlx::{AssertSqlSafe, Executor};

use crate::support::World;

/// Every table whose rows belong to an organization, from another list than the adapter's.
const OWNED: &str = "SELECT DISTINCT c.relname::text FROM pg_class c
    JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = c.relname || '_tenant'
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname NOT LIKE 'found\\_%'
        AND c.relname NOT IN ('cell', 'feature_flags', 'users')";

/// Columns whose names or types are those of secrets, and that are none: what they are was looked at.
/// None of them opens or proves anything.
const REVIEWED: &[&str] = &[
    "api_keys.prefix",
    "audit_logs.action",
    "bank_transactions.fingerprint",
    "budgets.api_key_id",
    "chunk_vectors.fingerprint",
    "document_versions.sha256",
    "document_versions.storage_key",
    "evaluations.api_key",
    "executions.api_key",
    "agent_runs.api_key",
    "executions.first_token_ms",
    "executions.tokens_cache_written",
    "executions.tokens_cached",
    "executions.tokens_input",
    "executions.tokens_output",
    "executions.tokens_reasoning",
    "execution_attempts.tokens_cache_written",
    "execution_attempts.tokens_cached",
    "execution_attempts.tokens_input",
    "execution_attempts.tokens_output",
    "execution_attempts.tokens_reasoning",
    "evaluations.tokens_input",
    "evaluations.tokens_output",
    "feature_flag_overrides.flag_key",
    "invitations.api_key_id",
    "invoice_attachments.sha256",
    "jobs.dedup_key",
    "journal_sequence.hash",
    "journal_starts.hash",
    "models.first_token_ms",
    "prompt_versions.sha256",
];

async fn tables(snapshot: &mut dyn TenantSnapshot) -> Vec<ArchivedTable> {
    snapshot.tables().await.unwrap()
}

#[tokio::test]
async fn every_table_of_tenants_is_archived_unless_it_says_why_not() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let mut snapshot = world.store.open(tenant.scope).await.unwrap();
    let archived = tables(&mut *snapshot).await.into_iter().map(|table| table.name);
    let left_out = LEFT_OUT.iter().map(|(table, _)| (*table).to_owned());
    let found: BTreeSet<String> = archived.chain(left_out).collect();
    let owned = sqlx::query_scalar(OWNED).fetch_all(&mut world.admin().await).await.unwrap();
    let owned: BTreeSet<String> = owned.into_iter().collect();
    assert_eq!(found, owned);
}

#[tokio::test]
async fn a_column_that_may_hold_a_secret_is_not_archived_before_it_was_looked_at() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let mut snapshot = world.store.open(tenant.scope).await.unwrap();
    let bytes = "SELECT format('%s.%s', attrelid::regclass, attname) FROM pg_attribute
        WHERE atttypid = 'bytea'::regtype AND attnum > 0";
    let bytes: Vec<String> =
        sqlx::query_scalar(bytes).fetch_all(&mut world.admin().await).await.unwrap();
    let suspect = ["hash", "secret", "token", "password", "key", "cipher", "sealed", "salt"];
    let mut unknown = Vec::new();
    for ArchivedTable { name, columns } in tables(&mut *snapshot).await {
        for column in columns {
            assert!(!SECRET_COLUMNS.contains(&(&name, &column)), "{name}.{column}");
            let full = format!("{name}.{column}");
            let is_suspect = suspect.iter().any(|word| column.contains(word));
            if (is_suspect || bytes.contains(&full)) && !REVIEWED.contains(&full.as_str()) {
                unknown.push(full);
            }
        }
    }
    assert!(unknown.is_empty(), "may be secret: {unknown:?}");
}

#[tokio::test]
async fn all_rows_of_one_moment_come_in_order_and_none_of_another_organization() {
    let world = World::new().await;
    let (ours, theirs) = (world.tenant().await, world.tenant().await);
    let mut admin = world.admin().await;
    for (tenant, count) in [(&ours, 1_201), (&theirs, 7)] {
        let organization = tenant.scope.organization();
        let insert = format!(
            "INSERT INTO projects (organization_id, id, code, name, status, metadata)
            SELECT '{organization}', gen_random_uuid(), 'P-' || n, E'Bridge\\n' || n, 'active', '{{}}'
            FROM generate_series(1, {count}) n;"
        );
        admin.execute(AssertSqlSafe(insert)).await.unwrap();
    }
    let mut snapshot = world.store.open(ours.scope).await.unwrap();
    let all = tables(&mut *snapshot).await;
    admin.execute("UPDATE projects SET name = 'late'").await.unwrap();
    let projects = all.iter().find(|table| table.name == "projects").unwrap();
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let batch = snapshot.rows(projects, after).await.unwrap();
        after = batch.items.last().map(|row| row.id);
        rows.extend(batch.items);
        if !batch.has_more {
            break;
        }
    }
    assert_eq!(rows.len(), 1_201);
    assert!(rows.is_sorted_by(|one, next| one.id < next.id));
    let organization = ours.scope.organization().to_string();
    for row in &rows {
        assert!(row.json.contains(&organization) && row.json.contains("Bridge\\n"), "{}", row.json);
        assert!(!row.json.contains(['\n', '\r']));
    }
    for table in all.iter().filter(|table| table.name != "projects") {
        let batch = snapshot.rows(table, None).await.unwrap();
        assert!(batch.items.iter().all(|row| row.json.contains(&organization)), "{}", table.name);
    }
    assert!(snapshot.contents(None).await.unwrap().items.is_empty());
    assert!(snapshot.journal_head().await.unwrap().is_none());
}

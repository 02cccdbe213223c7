//! All rows of one organization as JSON, table by table, by one walk over the catalogue: a new table of
//! tenants is part of it without being named here.

use async_trait::async_trait;
use plinth_domain::{DocumentVersionId, Id, OrganizationId, TenantScope};
use plinth_ports::{
    ArchivedContent, ArchivedRow, ArchivedTable, Batch, JournalHead, Result, StoreError,
    TenantArchive, TenantSnapshot,
};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{
    PgStore,
    connection::{Begin, Statements, Work},
    row::named,
    sql::Sql,
};

/// The tables of tenants that are not archived, each with the reason.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("changed_organizations", "a mark for the directory of one cell"),
    ("closed_organizations", "a mark of a move between cells"),
    ("execution_leases", "what a process does at the moment"),
    ("idempotency_keys", "replies to repeated requests, for a day"),
    ("journal_pending", "a queue of entries, which are in audit_logs"),
    ("organization_exports", "files that this installation stores for some days"),
    ("secrets", "secrets, encrypted by keys of this installation"),
    ("sessions", "hashes of tokens"),
    ("support_access", "a consent to the operators of this installation"),
    ("support_sessions", "sessions of the operators of this installation"),
    ("uploads", "uploads that are not complete, and their places in the storage"),
    ("webhook_cursors", "how far webhooks are, and who sends their events"),
];

/// The columns that are not archived: hashes of tokens, and what shows a part of a secret.
pub const SECRET_COLUMNS: &[(&str, &str)] = &[
    ("api_keys", "last_four"),
    ("api_keys", "secret_hash"),
    ("document_links", "password_hash"),
    ("invitations", "token_hash"),
    ("models", "secret_id"),
    ("models", "secret_last_four"),
    ("sso_connections", "secret_id"),
    ("sso_connections", "secret_last_four"),
    ("webhooks", "headers_secret_id"),
    ("webhooks", "previous_last_four"),
    ("webhooks", "previous_secret_id"),
    ("webhooks", "secret_id"),
    ("webhooks", "secret_last_four"),
];

/// The tables with an organization, and `organizations`. The parents of searched tables are empty.
const TABLES: &str = "SELECT c.relname::text AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND NOT (c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid))
        AND (c.relname = 'organizations' OR EXISTS (SELECT FROM pg_attribute o
            WHERE o.attrelid = c.oid AND o.attname = 'organization_id' AND NOT o.attisdropped))
        AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.relname ORDER BY c.relname";

const CONTENTS: &str = "SELECT id, document_id, has_thumbnails FROM document_versions
    WHERE organization_id = $1 AND id > $2 ORDER BY id LIMIT $3";

const HEAD: &str = "SELECT number, hash FROM journal_sequence
    WHERE organization_id = $1 ORDER BY number DESC LIMIT 1";

/// The most rows of one question.
const ROWS: i64 = 500;
/// The most bytes of one answer, unless one row is longer.
const BYTES: usize = 4 * 1024 * 1024;

struct Snapshot {
    tx: Work,
    organization: OrganizationId,
}

#[async_trait]
impl TenantArchive for PgStore {
    async fn open(&self, scope: TenantScope) -> Result<Box<dyn TenantSnapshot>> {
        let organization = scope.organization();
        let tx = self.connections().begin(Begin::TenantReport(organization)).await?;
        Ok(Box::new(Snapshot { tx: Work::Together(tx), organization }))
    }
}

impl Snapshot {
    async fn after<T: Send>(
        &mut self,
        sql: Sql,
        read: impl Fn(&PgRow) -> Result<T> + Send + Sync,
    ) -> Result<Batch<T>> {
        let Batch { items, has_more } = self.tx.within(sql, BYTES, read).await?;
        let has_more = has_more || items.len() == usize::try_from(ROWS).unwrap_or(usize::MAX);
        Ok(Batch { items, has_more })
    }
}

#[async_trait]
impl TenantSnapshot for Snapshot {
    async fn tables(&mut self) -> Result<Vec<ArchivedTable>> {
        let rows = self.tx.rows(Sql::fixed(TABLES, Vec::new())).await?;
        let mut tables = Vec::with_capacity(rows.len());
        for row in &rows {
            let (name, mut columns): (String, Vec<String>) =
                (named(row, "name")?, named(row, "columns")?);
            if LEFT_OUT.iter().any(|(table, _)| *table == name) {
                continue;
            }
            columns.retain(|column| !SECRET_COLUMNS.contains(&(&name, column)));
            tables.push(ArchivedTable { name, columns });
        }
        Ok(tables)
    }

    async fn rows(
        &mut self,
        ArchivedTable { name, columns }: &ArchivedTable,
        after: Option<Uuid>,
    ) -> Result<Batch<ArchivedRow>> {
        // Names of the catalogue, which migrations make. A line break is a blank between two tokens.
        let columns = columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
        let key = if name == "organizations" { "id" } else { "organization_id" };
        let text = format!(
            "SELECT t.id, translate(row_to_json(t)::text, E'\\n\\r', '  ') AS json \
             FROM (SELECT {columns} FROM {name} WHERE {key} = $1 AND id > $2 \
             ORDER BY id LIMIT $3) t",
            name = quoted(name),
        );
        let values =
            vec![self.organization.uuid().into(), after.unwrap_or_default().into(), ROWS.into()];
        let read =
            |row: &PgRow| Ok(ArchivedRow { id: named(row, "id")?, json: named(row, "json")? });
        self.after(Sql::built(text, values), read).await
    }

    async fn contents(
        &mut self,
        after: Option<DocumentVersionId>,
    ) -> Result<Batch<ArchivedContent>> {
        let after = after.map_or(Uuid::nil(), Id::uuid);
        let values = vec![self.organization.uuid().into(), after.into(), ROWS.into()];
        let read = |row: &PgRow| {
            Ok(ArchivedContent {
                document: Id::from_uuid(named(row, "document_id")?),
                version: Id::from_uuid(named(row, "id")?),
                has_thumbnails: named(row, "has_thumbnails")?,
            })
        };
        self.after(Sql::fixed(CONTENTS, values), read).await
    }

    async fn journal_head(&mut self) -> Result<Option<JournalHead>> {
        let row = self.tx.row(Sql::fixed(HEAD, vec![self.organization.uuid().into()])).await?;
        let read = |row: PgRow| {
            Ok::<_, StoreError>(JournalHead {
                number: named(&row, "number")?,
                hash: named(&row, "hash")?,
            })
        };
        row.map(read).transpose()
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

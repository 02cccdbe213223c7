//! Documents with their versions, their text, and their uploads.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0012_documents",
        up: [documents(tenancy), versions(tenancy), texts(tenancy), uploads(tenancy)].join("\n"),
        down: "DROP TABLE uploads;
            DROP TABLE document_texts;
            ALTER TABLE documents DROP CONSTRAINT documents_current_fkey;
            DROP TABLE document_versions;
            DROP TABLE documents",
    }
}

/// `current_version_id` names the newest version: a join by primary key, where the highest number
/// would be a search.
fn documents(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE documents (
            {COLUMNS},
            project_id uuid,
            name text COLLATE "C" NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
            kind text NOT NULL CHECK (kind IN ('pdf', 'photo', 'ifc', 'other')),
            status text NOT NULL
                CHECK (status IN ('pending', 'processing', 'ready', 'rejected', 'failed')),
            metadata jsonb NOT NULL DEFAULT '{{}}' CHECK (jsonb_typeof(metadata) = 'object'),
            current_version_id uuid NOT NULL,
            search text COLLATE "C" NOT NULL
                GENERATED ALWAYS AS (lower(name COLLATE "default")) STORED,
            FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
        );
        CREATE INDEX documents_created_at_idx ON documents (organization_id, created_at, id);
        CREATE INDEX documents_updated_at_idx ON documents (organization_id, updated_at, id);
        CREATE INDEX documents_name_idx ON documents (organization_id, name, id);
        CREATE INDEX documents_project_idx ON documents (organization_id, project_id, created_at, id);
        CREATE INDEX documents_current_idx ON documents (organization_id, current_version_id);
        {protect}
        "#,
        protect = tenancy.protect("documents"),
    )
}

/// A document and its first version refer to each other, hence the deferred constraint.
fn versions(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE document_versions (
            {COLUMNS},
            document_id uuid NOT NULL,
            number integer NOT NULL CHECK (number > 0),
            content_type text NOT NULL CHECK (char_length(content_type) BETWEEN 1 AND 100),
            size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
            sha256 bytea CHECK (octet_length(sha256) = 32),
            storage_key text COLLATE "C" NOT NULL
                CHECK (storage_key = 'org/' || organization_id || '/doc/' || document_id || '/' || id),
            status text NOT NULL
                CHECK (status IN ('pending', 'processing', 'ready', 'rejected', 'failed')),
            verdict_code text CHECK (char_length(verdict_code) <= 100),
            verdict_detail text CHECK (char_length(verdict_detail) <= 1000),
            properties jsonb NOT NULL DEFAULT '{{}}' CHECK (jsonb_typeof(properties) = 'object'),
            has_thumbnails boolean NOT NULL DEFAULT false,
            job_id uuid NOT NULL,
            UNIQUE (organization_id, document_id, number),
            FOREIGN KEY (organization_id, document_id)
                REFERENCES documents (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT document_versions_verdict_check CHECK (
                (status IN ('rejected', 'failed'))
                    = (verdict_code IS NOT NULL AND verdict_detail IS NOT NULL))
        );
        CREATE INDEX document_versions_document_idx
            ON document_versions (organization_id, document_id, id);
        ALTER TABLE documents ADD CONSTRAINT documents_current_fkey
            FOREIGN KEY (organization_id, current_version_id)
            REFERENCES document_versions (organization_id, id) DEFERRABLE INITIALLY DEFERRED;
        {protect}
        "#,
        protect = tenancy.protect("document_versions"),
    )
}

/// The text of a document's newest version. It is in a separate table, so that lists of documents do
/// not read it.
///
/// There is no GIN index yet: see `m0025_search`.
fn texts(tenancy: Tenancy<'_>) -> String {
    format!(
        r"
        CREATE TABLE document_texts (
            {COLUMNS},
            content text NOT NULL CHECK (octet_length(content) <= 262144),
            search tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', content)) STORED,
            FOREIGN KEY (organization_id, id)
                REFERENCES documents (organization_id, id) ON DELETE CASCADE
        );
        {protect}
        ",
        protect = tenancy.protect("document_texts"),
    )
}

fn uploads(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE uploads (
            {COLUMNS},
            created_by uuid NOT NULL REFERENCES users (id),
            document_id uuid NOT NULL,
            document_version_id uuid NOT NULL,
            method text NOT NULL CHECK (method IN ('stream', 'resumable', 'direct')),
            state text NOT NULL CHECK (state IN ('open', 'finished', 'abandoned')),
            is_new boolean NOT NULL,
            name text COLLATE "C" CHECK (char_length(name) BETWEEN 1 AND 200),
            project_id uuid,
            metadata jsonb CHECK (jsonb_typeof(metadata) = 'object'),
            length bigint CHECK (length >= 0),
            claimed_type text CHECK (char_length(claimed_type) <= 200),
            content_type text CHECK (char_length(content_type) <= 100),
            received bigint NOT NULL CHECK (received >= 0),
            multipart_id text CHECK (char_length(multipart_id) <= 1024),
            parts text[] NOT NULL CHECK (cardinality(parts) <= 10000),
            tail integer NOT NULL CHECK (tail >= 0),
            second_tail boolean NOT NULL,
            digest bytea NOT NULL CHECK (octet_length(digest) <= 256),
            expires_at timestamptz NOT NULL,
            CONSTRAINT uploads_new_check CHECK (is_new = (name IS NOT NULL AND metadata IS NOT NULL))
        );
        CREATE INDEX uploads_expires_at_idx ON uploads (expires_at);
        {protect}
        "#,
        protect = tenancy.protect("uploads"),
    )
}

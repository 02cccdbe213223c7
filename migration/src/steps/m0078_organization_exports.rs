//! Exports of an organization: one file each, which is kept for some days. One at a time is made.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0078_organization_exports",
        up: format!(
            r#"
            CREATE TABLE organization_exports (
                {COLUMNS},
                requested_by uuid NOT NULL,
                status text NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
                upload text COLLATE "C" CHECK (char_length(upload) <= 2048),
                size_bytes bigint CHECK (size_bytes >= 0),
                sha256 bytea CHECK (octet_length(sha256) = 32),
                row_count bigint CHECK (row_count >= 0),
                file_count bigint CHECK (file_count >= 0),
                expires_at timestamptz,
                failure text COLLATE "C" CHECK (char_length(failure) BETWEEN 1 AND 200),
                CHECK (upload IS NULL OR status = 'pending'),
                CHECK (num_nonnulls(size_bytes, sha256, row_count, file_count, expires_at)
                    = CASE status WHEN 'succeeded' THEN 5 ELSE 0 END),
                CHECK ((failure IS NOT NULL) = (status = 'failed'))
            );
            CREATE UNIQUE INDEX organization_exports_open_key ON organization_exports (organization_id)
                WHERE status = 'pending';
            CREATE INDEX organization_exports_created_at_idx
                ON organization_exports (organization_id, created_at, id);
            {protect}
            "#,
            protect = tenancy.protect("organization_exports"),
        ),
        down: "DROP TABLE organization_exports",
    }
}

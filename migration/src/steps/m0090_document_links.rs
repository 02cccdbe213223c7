//! Document links.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0090_document_links",
        up: format!(
            r#"
            CREATE TABLE document_links (
                {COLUMNS},
                document_id uuid NOT NULL,
                label text COLLATE "C" CHECK (char_length(label) BETWEEN 1 AND 200),
                expires_at timestamptz NOT NULL,
                max_downloads bigint CHECK (max_downloads BETWEEN 1 AND 1000000),
                downloads bigint NOT NULL CHECK (downloads BETWEEN 0 AND 4294967295),
                password_hash text CHECK (char_length(password_hash) BETWEEN 1 AND 500),
                FOREIGN KEY (organization_id, document_id)
                    REFERENCES documents (organization_id, id) ON DELETE CASCADE
            );
            CREATE INDEX document_links_created_at_idx ON document_links (organization_id, created_at, id);
            CREATE INDEX document_links_document_id_idx ON document_links (organization_id, document_id, id);
            {protect}
            "#,
            protect = tenancy.protect("document_links"),
        ),
        down: "DROP TABLE document_links",
    }
}

//! What was found in received e-invoices, the supporting documents of invoices, and the units that a
//! receiver wants.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0045_e_invoices",
        up: [FINDINGS, UNITS, &attachments(tenancy)].join("\n"),
        down: "DROP TABLE invoice_attachments;
            ALTER TABLE parties DROP unit_codes;
            ALTER TABLE invoices DROP findings;",
    }
}

const FINDINGS: &str = "
    ALTER TABLE invoices
        ADD findings jsonb CHECK (jsonb_typeof(findings) = 'object')
            CHECK (octet_length(findings::text) <= 65536),
        ADD CONSTRAINT invoices_found_check
            CHECK (findings IS NULL OR document_id IS NOT NULL);";

const UNITS: &str = "
    ALTER TABLE parties
        ADD unit_codes jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(unit_codes) = 'array')
            CHECK (octet_length(unit_codes::text) <= 2048);";

/// The triggers are those of the lines: what an issued invoice lists never changes.
fn attachments(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE invoice_attachments (
            {COLUMNS},
            invoice_id uuid NOT NULL,
            position smallint NOT NULL CHECK (position BETWEEN 1 AND 10),
            document_id uuid NOT NULL,
            version_id uuid NOT NULL,
            name text COLLATE "C" NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
            media_type text COLLATE "C" NOT NULL CHECK (char_length(media_type) BETWEEN 1 AND 100),
            size_bytes bigint NOT NULL CHECK (size_bytes BETWEEN 0 AND 10485760),
            sha256 bytea CHECK (octet_length(sha256) = 32),
            UNIQUE (organization_id, invoice_id, position),
            FOREIGN KEY (organization_id, invoice_id)
                REFERENCES invoices (organization_id, id) ON DELETE CASCADE,
            FOREIGN KEY (organization_id, document_id) REFERENCES documents (organization_id, id),
            FOREIGN KEY (organization_id, version_id)
                REFERENCES document_versions (organization_id, id)
        );
        CREATE INDEX invoice_attachments_document_idx
            ON invoice_attachments (organization_id, document_id, id);
        CREATE INDEX invoice_attachments_version_idx
            ON invoice_attachments (organization_id, version_id, id);
        {protect}
        CREATE TRIGGER invoice_attachments_added AFTER INSERT ON invoice_attachments
            REFERENCING NEW TABLE AS touched
            FOR EACH STATEMENT EXECUTE FUNCTION keep_invoice_lines();
        CREATE TRIGGER invoice_attachments_changed BEFORE UPDATE ON invoice_attachments
            FOR EACH STATEMENT EXECUTE FUNCTION keep_invoice_lines();
        CREATE TRIGGER invoice_attachments_removed AFTER DELETE ON invoice_attachments
            REFERENCING OLD TABLE AS touched
            FOR EACH STATEMENT EXECUTE FUNCTION keep_invoice_lines();
        "#,
        protect = tenancy.protect("invoice_attachments"),
    )
}

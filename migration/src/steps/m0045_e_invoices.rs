//! What was found in received e-invoices.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0045_e_invoices",
        up: "ALTER TABLE invoices
                ADD findings jsonb CHECK (jsonb_typeof(findings) = 'object')
                    CHECK (octet_length(findings::text) <= 65536),
                ADD CONSTRAINT invoices_found_check
                    CHECK (findings IS NULL OR document_id IS NOT NULL);"
            .to_owned(),
        down: "ALTER TABLE invoices DROP findings;",
    }
}

//! Invoices that were made from a document, and their approval.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0038_received_invoices",
        up: r"
            ALTER TABLE invoices
                ADD document_id uuid,
                ADD totals_stated boolean NOT NULL DEFAULT false,
                ADD created_by uuid,
                ADD edited_by uuid,
                ADD approved_by uuid,
                ADD approved_at timestamptz,
                ADD FOREIGN KEY (organization_id, document_id)
                    REFERENCES documents (organization_id, id),
                ADD CONSTRAINT invoices_stated_check
                    CHECK (document_id IS NOT NULL OR NOT totals_stated),
                ADD CONSTRAINT invoices_approved_check
                    CHECK ((approved_by IS NULL) = (approved_at IS NULL)
                        AND (approved_by IS NULL OR direction = 'payable')
                        AND approved_by <> created_by AND approved_by <> edited_by);
            ALTER TABLE invoices ALTER totals_stated DROP DEFAULT;
            CREATE INDEX invoices_document_idx ON invoices (organization_id, document_id, id);
            -- The supplier of a received invoice is found by them.
            CREATE INDEX parties_vat_id_idx ON parties (organization_id, vat_id, id);
            CREATE INDEX parties_iban_idx ON parties (organization_id, iban, id);"
            .to_owned(),
        down: "DROP INDEX parties_iban_idx;
            DROP INDEX parties_vat_id_idx;
            ALTER TABLE invoices DROP document_id, DROP totals_stated, DROP created_by,
                DROP edited_by, DROP approved_by, DROP approved_at;",
    }
}

//! The PDFs of issued invoices. They are beside the invoices, since an issued one never changes, and
//! its version belongs to those who settle it.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0036_invoice_pdfs",
        up: [pdfs(tenancy), KEPT.to_owned()].join("\n"),
        down: "DROP TABLE invoice_pdfs; DROP FUNCTION keep_invoice_pdf();",
    }
}

/// `id` is that of the invoice.
fn pdfs(tenancy: Tenancy<'_>) -> String {
    format!(
        "
        CREATE TABLE invoice_pdfs (
            {COLUMNS},
            document_id uuid,
            verdict_code text CHECK (char_length(verdict_code) BETWEEN 1 AND 100),
            verdict_detail text CHECK (char_length(verdict_detail) BETWEEN 1 AND 1000),
            UNIQUE (organization_id, document_id),
            FOREIGN KEY (organization_id, id) REFERENCES invoices (organization_id, id),
            FOREIGN KEY (organization_id, document_id) REFERENCES documents (organization_id, id),
            CONSTRAINT invoice_pdfs_verdict_check CHECK (num_nonnulls(verdict_code, verdict_detail)
                = CASE WHEN document_id IS NULL THEN 2 ELSE 0 END)
        );
        {protect}
        ",
        protect = tenancy.protect("invoice_pdfs"),
    )
}

/// The PDF of an invoice never becomes another one, also for the application's role.
const KEPT: &str = r"
    CREATE FUNCTION keep_invoice_pdf() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the PDF of an invoice never changes' USING ERRCODE = 'check_violation';
    END $$;
    REVOKE EXECUTE ON FUNCTION keep_invoice_pdf() FROM PUBLIC;
    CREATE TRIGGER invoice_pdfs_kept AFTER UPDATE OR DELETE ON invoice_pdfs
        FOR EACH ROW WHEN (OLD.document_id IS NOT NULL) EXECUTE FUNCTION keep_invoice_pdf();";

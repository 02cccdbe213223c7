//! The day on which an invoice counts in the books: that of an incoming one need not be its date.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0041_booked_on",
        // The trigger keeps issued invoices as they are.
        up: "ALTER TABLE invoices ADD booked_on date;
            ALTER TABLE invoices NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE invoices DISABLE TRIGGER invoices_kept;
            UPDATE invoices SET booked_on = issued_on WHERE status <> 'draft';
            ALTER TABLE invoices ENABLE TRIGGER invoices_kept;
            ALTER TABLE invoices FORCE ROW LEVEL SECURITY;
            ALTER TABLE invoices ADD CONSTRAINT invoices_booked_check CHECK (CASE
                WHEN status = 'draft' THEN booked_on IS NULL OR direction = 'payable'
                WHEN direction = 'receivable' THEN booked_on IS NOT NULL AND booked_on = issued_on
                ELSE booked_on IS NOT NULL AND booked_on >= issued_on END);
            DROP INDEX invoices_open_idx;
            DROP INDEX invoices_issued_on_idx;
            CREATE INDEX invoices_open_idx ON invoices (organization_id, booked_on)
                INCLUDE (id, direction, party_id, currency, kind, status, due_on, due_minor,
                    settled_minor, written_off_minor)
                WHERE status IN ('issued', 'partially_paid');
            CREATE INDEX invoices_booked_on_idx ON invoices (organization_id, booked_on)
                INCLUDE (direction, party_id, project_id, currency, kind, status, net_minor,
                    tax_minor, gross_minor)
                WHERE status NOT IN ('draft', 'void');"
            .to_owned(),
        down: "DROP INDEX invoices_booked_on_idx;
            DROP INDEX invoices_open_idx;
            ALTER TABLE invoices DROP booked_on;
            CREATE INDEX invoices_open_idx ON invoices (organization_id, issued_on)
                INCLUDE (id, direction, party_id, currency, kind, status, due_on, due_minor,
                    settled_minor, written_off_minor)
                WHERE status IN ('issued', 'partially_paid');
            CREATE INDEX invoices_issued_on_idx ON invoices (organization_id, issued_on)
                INCLUDE (direction, party_id, project_id, currency, kind, status, net_minor,
                    tax_minor, gross_minor)
                WHERE status NOT IN ('draft', 'void');",
    }
}

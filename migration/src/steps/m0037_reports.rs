//! What reports look for, and which invoices were reported as overdue.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0037_reports",
        // Reports add up columns of these indexes alone.
        up: format!(
            "CREATE INDEX invoices_open_idx ON invoices (organization_id, issued_on)
                INCLUDE (id, direction, party_id, currency, kind, status, due_on, due_minor,
                    settled_minor, written_off_minor)
                WHERE status IN ('issued', 'partially_paid');
            CREATE INDEX invoices_issued_on_idx ON invoices (organization_id, issued_on)
                INCLUDE (direction, party_id, project_id, currency, kind, status, net_minor,
                    tax_minor, gross_minor)
                WHERE status NOT IN ('draft', 'void');
            CREATE INDEX allocations_allocated_on_idx
                ON allocations (organization_id, allocated_on);
            CREATE TABLE overdue_notices (
                {COLUMNS},
                invoice_id uuid NOT NULL,
                due_on date NOT NULL,
                UNIQUE (organization_id, invoice_id),
                FOREIGN KEY (organization_id, invoice_id) REFERENCES invoices (organization_id, id)
            );
            {protect}",
            protect = tenancy.protect_for("overdue_notices", "SELECT, INSERT"),
        ),
        down: "DROP TABLE overdue_notices;
            DROP INDEX allocations_allocated_on_idx;
            DROP INDEX invoices_issued_on_idx;
            DROP INDEX invoices_open_idx;",
    }
}

//! What a report of an earlier day looks for, and the code of a job's error.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0042_report_jobs",
        // The report of open items reads columns of these indexes alone.
        up: "ALTER TABLE jobs ADD error_code text COLLATE \"C\"
                CHECK (char_length(error_code) BETWEEN 1 AND 100);
            DROP INDEX invoices_open_idx;
            CREATE INDEX invoices_open_idx ON invoices (organization_id, booked_on)
                INCLUDE (id, direction, party_id, currency, kind, status, due_on, due_minor,
                    retained_minor, settled_minor, written_off_minor)
                WHERE status IN ('issued', 'partially_paid');
            CREATE INDEX invoices_closed_idx ON invoices (organization_id, booked_on)
                INCLUDE (id, direction, party_id, currency, kind, status, due_on, due_minor,
                    retained_minor, settled_minor, written_off_minor)
                WHERE status IN ('paid', 'written_off');
            DROP INDEX allocations_allocated_on_idx;
            CREATE INDEX allocations_allocated_on_idx ON allocations (organization_id, allocated_on)
                INCLUDE (invoice_id, credit_note_id, amount_minor);"
            .to_owned(),
        down: "DROP INDEX allocations_allocated_on_idx;
            CREATE INDEX allocations_allocated_on_idx
                ON allocations (organization_id, allocated_on);
            DROP INDEX invoices_closed_idx;
            DROP INDEX invoices_open_idx;
            CREATE INDEX invoices_open_idx ON invoices (organization_id, booked_on)
                INCLUDE (id, direction, party_id, currency, kind, status, due_on, due_minor,
                    settled_minor, written_off_minor)
                WHERE status IN ('issued', 'partially_paid');
            ALTER TABLE jobs DROP error_code;",
    }
}

//! Lists of the invoices of one party in the order of their creation.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0047_invoice_lists",
        up: "DROP INDEX invoices_party_idx;
            CREATE INDEX invoices_party_idx
                ON invoices (organization_id, party_id, created_at, id);"
            .to_owned(),
        down: "DROP INDEX invoices_party_idx;
            CREATE INDEX invoices_party_idx ON invoices (organization_id, party_id, id);",
    }
}

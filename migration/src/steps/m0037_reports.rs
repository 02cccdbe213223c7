//! What imports and reports look for.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0037_reports",
        up: "CREATE INDEX parties_vat_id_idx ON parties (organization_id, vat_id)
            WHERE vat_id IS NOT NULL;"
            .to_owned(),
        down: "DROP INDEX parties_vat_id_idx;",
    }
}

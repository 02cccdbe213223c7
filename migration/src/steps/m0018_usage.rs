//! The indexes by which the limits of an organization are counted without reading its rows.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0018_usage",
        up: "CREATE INDEX document_versions_size_idx
                ON document_versions (organization_id) INCLUDE (size_bytes);
            CREATE INDEX uploads_open_idx
                ON uploads (organization_id) WHERE state = 'open';"
            .to_owned(),
        down: "DROP INDEX uploads_open_idx; DROP INDEX document_versions_size_idx",
    }
}

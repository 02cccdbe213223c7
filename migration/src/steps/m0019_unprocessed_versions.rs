//! Versions whose processing has not ended, and texts of versions that are not the newest.

use super::Sql;
use crate::tenancy::unforced;

pub(super) fn step() -> Sql {
    // A text belongs to the newest version. One that is not ready, or of a kind without text, has
    // none; earlier builds left the text of the version before.
    let stale = "DELETE FROM document_texts t USING documents d
        WHERE d.organization_id = t.organization_id AND d.id = t.id
            AND (d.status <> 'ready' OR d.kind IN ('photo', 'other'))";
    Sql {
        name: "m0019_unprocessed_versions",
        up: format!(
            "CREATE INDEX document_versions_unprocessed_idx ON document_versions (organization_id, id)
                WHERE status IN ('pending', 'processing');
            {}",
            unforced(&["documents", "document_texts"], stale)
        ),
        down: "DROP INDEX document_versions_unprocessed_idx",
    }
}

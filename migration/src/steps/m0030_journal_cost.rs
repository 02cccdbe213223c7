//! What a write costs: the list of the search indexes, an index for the outcomes that are looked for,
//! and no foreign key where another one holds already.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0030_journal_cost",
        up: format!("{NAMES} {OUTCOMES} {KEYS}"),
        down: "SELECT set_config('app.scope', 'system', true);
            ALTER TABLE journal_sequence ADD CONSTRAINT journal_sequence_organization_id_fkey
                FOREIGN KEY (organization_id) REFERENCES organizations (id);
            ALTER TABLE journal_pending ADD CONSTRAINT journal_pending_organization_id_fkey
                FOREIGN KEY (organization_id) REFERENCES organizations (id);
            DROP INDEX audit_logs_outcome_idx;
            CREATE INDEX audit_logs_outcome_idx ON audit_logs (organization_id, outcome, id);",
    }
}

/// As in [`crate::search::Names::found`]; there is no way back, because databases differ in what they
/// had before.
const NAMES: &str = "
    ALTER INDEX projects_search_idx SET (fastupdate = on, gin_pending_list_limit = 128);
    ALTER INDEX documents_search_idx SET (fastupdate = on, gin_pending_list_limit = 128);";

/// Nearly all entries have succeeded, and a page of those is read by the primary key.
const OUTCOMES: &str = "
    DROP INDEX audit_logs_outcome_idx;
    CREATE INDEX audit_logs_outcome_idx ON audit_logs (organization_id, outcome, id)
        WHERE outcome <> 'succeeded';";

/// The trigger and the sequencer write these for an entry only, and the entry's own key holds.
const KEYS: &str = "
    ALTER TABLE journal_pending DROP CONSTRAINT journal_pending_organization_id_fkey;
    ALTER TABLE journal_sequence DROP CONSTRAINT journal_sequence_organization_id_fkey;";

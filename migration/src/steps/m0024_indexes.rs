//! Indexes for filters and claims, and system policies as narrow as the code needs them.

use super::Sql;
use crate::tenancy::{IN_SYSTEM_SCOPE, unforced};

pub(super) fn step() -> Sql {
    Sql {
        name: "m0024_indexes",
        up: [
            AUDIT_LOG,
            JOBS,
            &unforced(&["jobs"], DELAYED),
            &format!(
                "DROP POLICY document_versions_system ON document_versions;
                CREATE POLICY document_versions_system ON document_versions FOR SELECT
                    USING ({IN_SYSTEM_SCOPE});"
            ),
        ]
        .join("\n"),
        down: "DROP POLICY document_versions_system ON document_versions;
            CREATE POLICY document_versions_system ON document_versions FOR ALL
                USING ((SELECT current_setting('app.scope', true) = 'system'))
                WITH CHECK ((SELECT current_setting('app.scope', true) = 'system'));
            DROP INDEX jobs_kind_idx;
            DROP INDEX jobs_delayed_idx;
            DROP INDEX jobs_waiting_idx;
            ALTER TABLE jobs DROP delayed;
            CREATE INDEX jobs_waiting_idx ON jobs (priority, organization_id, run_at, id)
                WHERE state IN ('queued', 'failed');
            DROP INDEX audit_logs_subject_kind_idx;
            DROP INDEX audit_logs_outcome_idx;
            ALTER TABLE audit_logs ALTER subject_kind TYPE text COLLATE \"default\",
                ALTER outcome TYPE text COLLATE \"default\";",
    }
}

/// An index for each filter of the audit log: under row level security the planner uses those on
/// leakproof comparisons, as the equality of texts is.
const AUDIT_LOG: &str = r#"
    ALTER TABLE audit_logs ALTER subject_kind TYPE text COLLATE "C", ALTER outcome TYPE text COLLATE "C";
    CREATE INDEX audit_logs_subject_kind_idx ON audit_logs (organization_id, subject_kind, id);
    CREATE INDEX audit_logs_outcome_idx ON audit_logs (organization_id, outcome, id);
"#;

/// A job is `delayed` while it waits for a time in the future. A claim walks over the others only, and
/// first makes those due whose time has come: an organization whose jobs wait for later costs it
/// nothing. The index has the kind, so that kinds unknown to a worker cost it no row.
const JOBS: &str = "
    ALTER TABLE jobs ADD delayed boolean NOT NULL DEFAULT false;
    DROP INDEX jobs_waiting_idx;
    CREATE INDEX jobs_waiting_idx ON jobs (priority, organization_id, run_at, id) INCLUDE (kind)
        WHERE state IN ('queued', 'failed') AND NOT delayed;
    CREATE INDEX jobs_delayed_idx ON jobs (run_at) WHERE state IN ('queued', 'failed') AND delayed;
    CREATE INDEX jobs_kind_idx ON jobs (organization_id, kind, created_at, id);";

const DELAYED: &str = "
    UPDATE jobs SET delayed = true WHERE state IN ('queued', 'failed') AND run_at > now()";

//! The journal's order: a number without gaps for every entry of an organization, and a hash over
//! it and all before it.

use super::Sql;
use crate::tenancy::{COLUMNS, IN_SYSTEM_SCOPE, Tenancy, unforced};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0011_journal_sequence",
        up: [
            &sequence(tenancy),
            &pending(tenancy),
            // Whoever numbers the entries must read them.
            &format!(
                "CREATE POLICY audit_logs_sequencer ON audit_logs FOR SELECT
                    USING ({IN_SYSTEM_SCOPE});
                ALTER TABLE audit_logs ADD project_id uuid;"
            ),
            &unforced(&["audit_logs", "journal_pending"], FILL),
            TRIGGER,
        ]
        .join("\n"),
        down: "DROP TRIGGER audit_logs_wait ON audit_logs;
            DROP FUNCTION journal_entry_waits();
            DROP TABLE journal_pending;
            DROP TABLE journal_sequence;
            DROP POLICY audit_logs_sequencer ON audit_logs;
            ALTER TABLE audit_logs DROP project_id;",
    }
}

/// Which number an entry has. It refers to no entry: one that is removed must be missed.
fn sequence(tenancy: Tenancy<'_>) -> String {
    format!(
        "CREATE TABLE journal_sequence (
            {COLUMNS},
            number bigint NOT NULL CHECK (number > 0),
            hash bytea NOT NULL CHECK (octet_length(hash) = 32),
            UNIQUE (organization_id, number)
        );
        {protect}",
        protect = tenancy.protect_for("journal_sequence", "SELECT, INSERT"),
    )
}

/// The entries without a number. `position` is the order in which they were written: one that
/// was written in the knowledge of another stands behind it, whatever the clocks say.
fn pending(tenancy: Tenancy<'_>) -> String {
    format!(
        "CREATE TABLE journal_pending (
            {COLUMNS},
            position bigint GENERATED ALWAYS AS IDENTITY
        );
        CREATE INDEX journal_pending_position_idx ON journal_pending (position);
        {protect}",
        protect = tenancy.protect_for("journal_pending", "SELECT, INSERT, DELETE"),
    )
}

/// The entries that are there already.
const FILL: &str = "
    INSERT INTO journal_pending (organization_id, id)
    SELECT organization_id, id FROM audit_logs ORDER BY id";

/// A trigger, so that an entry waits exactly when it is committed, whoever wrote it, and writing
/// one stays one statement. It works with the rights of whoever writes the entry.
const TRIGGER: &str = "
    CREATE FUNCTION journal_entry_waits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO public.journal_pending (organization_id, id) VALUES (NEW.organization_id, NEW.id);
        RETURN NULL;
    END $$;
    REVOKE EXECUTE ON FUNCTION journal_entry_waits() FROM PUBLIC;
    CREATE TRIGGER audit_logs_wait AFTER INSERT ON audit_logs
        FOR EACH ROW EXECUTE FUNCTION journal_entry_waits();";

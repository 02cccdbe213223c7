//! The order of the audit log: a number without gaps for every record of an organization, and a hash
//! over it and all records before it.

use super::Sql;
use crate::tenancy::{COLUMNS, IN_SYSTEM_SCOPE, Tenancy, unforced};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0011_journal_sequence",
        up: [
            &sequence(tenancy),
            &pending(tenancy),
            // The sequencer must read the records that it numbers.
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

/// The number of each record. There is no foreign key, so that a removed record leaves its number.
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

/// The records without a number. `position` is the order of their writing: a record that was written
/// after another one was committed follows it, independent of the clocks.
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

/// The records that already exist.
const FILL: &str = "
    INSERT INTO journal_pending (organization_id, id)
    SELECT organization_id, id FROM audit_logs ORDER BY id";

/// A trigger, so that every committed record waits for its number, and writing a record stays one
/// statement. It runs with the privileges of the writing role.
const TRIGGER: &str = "
    CREATE FUNCTION journal_entry_waits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO public.journal_pending (organization_id, id) VALUES (NEW.organization_id, NEW.id);
        RETURN NULL;
    END $$;
    REVOKE EXECUTE ON FUNCTION journal_entry_waits() FROM PUBLIC;
    CREATE TRIGGER audit_logs_wait AFTER INSERT ON audit_logs
        FOR EACH ROW EXECUTE FUNCTION journal_entry_waits();";

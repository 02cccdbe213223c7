//! Runs of agents, what happened in them, and from where they can be resumed.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0059_agent_runs",
        up: [runs(tenancy), progress(tenancy), events(tenancy), KEPT.to_owned(), KEYS.to_owned()]
            .join("\n"),
        down: "DROP INDEX executions_api_key_idx;
            ALTER TABLE api_keys DROP COLUMN agent_run_id;
            DROP TABLE agent_events;
            DROP TABLE agent_checkpoints;
            DROP TABLE agent_runs;
            DROP FUNCTION refuse_change_of_agent_run();",
    }
}

fn runs(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE agent_runs (
            {COLUMNS},
            graph text NOT NULL CHECK (graph IN ('document_qa', 'invoice_reader')),
            input json NOT NULL CHECK (octet_length(input::text) <= 65536),
            model text NOT NULL CHECK (char_length(model) BETWEEN 1 AND 200),
            spending_limit bigint CHECK (spending_limit BETWEEN 0 AND 1000000000000000),
            caused_by uuid NOT NULL,
            started_by uuid,
            permissions text[] NOT NULL CHECK (cardinality(permissions) <= 200),
            status text NOT NULL CHECK (status IN
                ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
            api_key uuid,
            parts bigint NOT NULL CHECK (parts >= 0),
            question_id text CHECK (char_length(question_id) BETWEEN 1 AND 100),
            question json CHECK (octet_length(question::text) <= 1048576),
            output json CHECK (octet_length(output::text) <= 1048576),
            citations json NOT NULL CHECK (octet_length(citations::text) <= 1048576),
            error_code text COLLATE "C" CHECK (char_length(error_code) BETWEEN 1 AND 100),
            error text CHECK (char_length(error) <= 500),
            started_at timestamptz,
            ended_at timestamptz,
            CONSTRAINT agent_runs_asked_check
                CHECK (num_nonnulls(question_id, question) = CASE status WHEN 'waiting' THEN 2 ELSE 0 END),
            CONSTRAINT agent_runs_outcome_check
                CHECK ((output IS NOT NULL) = (status = 'succeeded')),
            CONSTRAINT agent_runs_ended_check
                CHECK ((ended_at IS NULL) = (status IN ('queued', 'running', 'waiting'))),
            CONSTRAINT agent_runs_failed_check
                CHECK ((error_code IS NOT NULL) = (status IN ('failed', 'cancelled')))
        );
        CREATE INDEX agent_runs_user_idx ON agent_runs (organization_id, caused_by, id);
        CREATE INDEX agent_runs_open_idx ON agent_runs (organization_id, id)
            WHERE ended_at IS NULL;
        {protect}
        "#,
        protect = tenancy.protect("agent_runs"),
    )
}

/// From where a run goes on, in a row that has the id of the run: it changes many times a second, and
/// a checkpoint is long. Only the holder of a run writes events.
fn progress(tenancy: Tenancy<'_>) -> String {
    format!(
        "
        CREATE TABLE agent_checkpoints (
            {COLUMNS},
            holder uuid,
            events integer NOT NULL DEFAULT 0 CHECK (events >= 0),
            state text CHECK (octet_length(state) <= 1114112),
            question_id text CHECK (char_length(question_id) BETWEEN 1 AND 100),
            answer json CHECK (octet_length(answer::text) <= 1048576),
            CHECK ((question_id IS NULL) = (answer IS NULL)),
            FOREIGN KEY (organization_id, id) REFERENCES agent_runs (organization_id, id)
                ON DELETE CASCADE
        ) WITH (fillfactor = 50);
        {protect}
        ",
        protect = tenancy.protect("agent_checkpoints"),
    )
}

fn events(tenancy: Tenancy<'_>) -> String {
    format!(
        "
        CREATE TABLE agent_events (
            {COLUMNS},
            run_id uuid NOT NULL,
            seq integer NOT NULL CHECK (seq > 0),
            kind text NOT NULL CHECK (char_length(kind) BETWEEN 1 AND 50),
            data json NOT NULL CHECK (octet_length(data::text) <= 262144),
            UNIQUE (organization_id, run_id, seq),
            FOREIGN KEY (organization_id, run_id) REFERENCES agent_runs (organization_id, id)
                ON DELETE CASCADE
        );
        {protect}
        ",
        protect = tenancy.protect_for("agent_events", "SELECT, INSERT"),
    )
}

/// The first end holds, also for the application's role.
const KEPT: &str = "
    CREATE FUNCTION refuse_change_of_agent_run() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RAISE EXCEPTION 'an ended run never changes' USING ERRCODE = 'check_violation';
    END $$;
    REVOKE EXECUTE ON FUNCTION refuse_change_of_agent_run() FROM PUBLIC;
    CREATE TRIGGER agent_runs_kept AFTER UPDATE ON agent_runs
        FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL)
        EXECUTE FUNCTION refuse_change_of_agent_run();";

/// The key of a run, and what the executions by it cost.
const KEYS: &str = "
    ALTER TABLE api_keys ADD COLUMN agent_run_id uuid,
        ADD CONSTRAINT api_keys_agent_run_fkey FOREIGN KEY (organization_id, agent_run_id)
            REFERENCES agent_runs (organization_id, id);
    CREATE INDEX api_keys_agent_run_idx ON api_keys (organization_id, agent_run_id);
    CREATE INDEX executions_api_key_idx ON executions (organization_id, api_key, id)
        WHERE api_key IS NOT NULL;";

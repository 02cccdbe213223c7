//! Executions, the calls of models that they make, and what they answer.
//!
//! Executions are partitioned by id, as the audit log is: an id is a `UUIDv7` and begins with its
//! millisecond, so a month is a range of ids.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy, force};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    let role = tenancy.application_role();
    Sql {
        name: "m0051_executions",
        up: [
            executions(tenancy),
            leases(tenancy),
            pieces(tenancy),
            attempts(tenancy),
            KEPT.to_owned(),
            PARTITIONS.to_owned(),
            BACKUP.to_owned(),
            format!(
                "REVOKE EXECUTE ON FUNCTION ensure_execution_partitions(integer) FROM PUBLIC;
                GRANT EXECUTE ON FUNCTION ensure_execution_partitions(integer) TO {role};
                SELECT ensure_execution_partitions(3);"
            ),
        ]
        .join("\n"),
        down: "DROP TABLE execution_attempts;
            DROP TABLE execution_pieces;
            DROP TABLE execution_leases;
            DROP TABLE executions;
            DROP FUNCTION ensure_execution_partitions(integer);
            DROP FUNCTION refuse_change_of_execution();",
    }
}

fn executions(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE executions (
            {COLUMNS},
            prompt_id uuid,
            prompt_version smallint,
            model_id uuid NOT NULL,
            first_model uuid NOT NULL,
            engine text NOT NULL CHECK (engine IN ('direct', 'langgraph')),
            input json NOT NULL CHECK (octet_length(input::text) <= 262144),
            tags text[] NOT NULL CHECK (array_length(tags, 1) <= 20),
            parent uuid,
            caused_by uuid,
            api_key uuid,
            trace text CHECK (trace ~ '^[0-9a-f]{{32}}$'),
            status text NOT NULL CHECK (status IN
                ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out')),
            started_at timestamptz,
            ended_at timestamptz,
            output text NOT NULL CHECK (octet_length(output) <= 32768),
            output_length bigint NOT NULL CHECK (output_length >= 0),
            tool_calls json CHECK (octet_length(tool_calls::text) <= 8388608),
            finish_reason text CHECK (finish_reason IN
                ('stop', 'length', 'tool_calls', 'content_filter')),
            tokens_input bigint NOT NULL CHECK (tokens_input >= 0),
            tokens_output bigint NOT NULL CHECK (tokens_output >= 0),
            tokens_cached bigint NOT NULL CHECK (tokens_cached >= 0),
            tokens_cache_written bigint NOT NULL CHECK (tokens_cache_written >= 0),
            tokens_reasoning bigint NOT NULL CHECK (tokens_reasoning >= 0),
            usage_source text NOT NULL CHECK (usage_source IN ('provider', 'estimated', 'none')),
            cost bigint CHECK (cost >= 0),
            first_token_ms bigint CHECK (first_token_ms >= 0),
            latency_ms bigint CHECK (latency_ms >= 0),
            error_code text COLLATE "C" CHECK (char_length(error_code) BETWEEN 1 AND 100),
            error text CHECK (char_length(error) <= 500),
            attempts integer NOT NULL CHECK (attempts >= 0),
            reserved bigint NOT NULL CHECK (reserved >= 0),
            reserved_in uuid[] NOT NULL CHECK (cardinality(reserved_in) <= 100),
            FOREIGN KEY (organization_id, prompt_id, prompt_version)
                REFERENCES prompt_versions (organization_id, prompt_id, number),
            FOREIGN KEY (organization_id, model_id) REFERENCES models (organization_id, id),
            CONSTRAINT executions_prompt_check
                CHECK ((prompt_id IS NULL) = (prompt_version IS NULL)),
            CONSTRAINT executions_ended_check
                CHECK ((ended_at IS NULL) = (status IN ('queued', 'running'))),
            CONSTRAINT executions_failed_check
                CHECK ((error_code IS NOT NULL) = (status IN ('failed', 'cancelled', 'timed_out')))
        ) PARTITION BY RANGE (id);
        ALTER TABLE executions ALTER id SET DEFAULT uuid_v7();
        CREATE INDEX executions_prompt_idx ON executions (organization_id, prompt_id, id);
        CREATE INDEX executions_prompt_version_idx
            ON executions (organization_id, prompt_id, prompt_version, id);
        CREATE INDEX executions_model_idx ON executions (organization_id, model_id, id);
        CREATE INDEX executions_parent_idx ON executions (organization_id, parent, id);
        {protect}
        CREATE TABLE executions_default PARTITION OF executions DEFAULT;
        {force}
        "#,
        protect = tenancy.protect("executions"),
        force = force("executions_default"),
    )
}

/// A row as long as the execution runs, which the process that runs it extends every few seconds. The
/// row has the id of the execution.
fn leases(tenancy: Tenancy<'_>) -> String {
    format!(
        "
        CREATE TABLE execution_leases (
            {COLUMNS},
            holder uuid NOT NULL,
            until timestamptz NOT NULL,
            cancel_requested boolean NOT NULL DEFAULT false,
            FOREIGN KEY (organization_id, id) REFERENCES executions (organization_id, id)
                ON DELETE CASCADE
        ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
        CREATE INDEX execution_leases_until_idx ON execution_leases (until);
        {protect}
        ",
        protect = tenancy.protect("execution_leases"),
    )
}

/// What came of the text of a running execution, and the text of an ended one that is too long for
/// its row.
fn pieces(tenancy: Tenancy<'_>) -> String {
    format!(
        "
        CREATE TABLE execution_pieces (
            {COLUMNS},
            execution_id uuid NOT NULL,
            position integer NOT NULL CHECK (position >= 0),
            length integer NOT NULL CHECK (length > 0),
            content text NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 262144),
            UNIQUE (organization_id, execution_id, position),
            FOREIGN KEY (organization_id, execution_id)
                REFERENCES executions (organization_id, id) ON DELETE CASCADE
        );
        {protect}
        ",
        protect = tenancy.protect("execution_pieces"),
    )
}

fn attempts(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE execution_attempts (
            {COLUMNS},
            execution_id uuid NOT NULL,
            number integer NOT NULL CHECK (number > 0),
            model uuid NOT NULL,
            started_at timestamptz NOT NULL,
            latency_ms bigint NOT NULL CHECK (latency_ms >= 0),
            http_status integer CHECK (http_status BETWEEN 100 AND 999),
            provider_request text CHECK (char_length(provider_request) <= 200),
            error_code text COLLATE "C" CHECK (char_length(error_code) BETWEEN 1 AND 100),
            error text CHECK (char_length(error) <= 500),
            tokens_input bigint NOT NULL CHECK (tokens_input >= 0),
            tokens_output bigint NOT NULL CHECK (tokens_output >= 0),
            tokens_cached bigint NOT NULL CHECK (tokens_cached >= 0),
            tokens_cache_written bigint NOT NULL CHECK (tokens_cache_written >= 0),
            tokens_reasoning bigint NOT NULL CHECK (tokens_reasoning >= 0),
            usage_source text NOT NULL CHECK (usage_source IN ('provider', 'estimated', 'none')),
            cost bigint CHECK (cost >= 0),
            UNIQUE (organization_id, execution_id, number),
            FOREIGN KEY (organization_id, execution_id)
                REFERENCES executions (organization_id, id) ON DELETE CASCADE
        );
        {protect}
        "#,
        protect = tenancy.protect_for("execution_attempts", "SELECT, INSERT"),
    )
}

/// The first end holds, also for the application's role.
const KEPT: &str = "
    CREATE FUNCTION refuse_change_of_execution() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RAISE EXCEPTION 'an ended execution never changes' USING ERRCODE = 'check_violation';
    END $$;
    REVOKE EXECUTE ON FUNCTION refuse_change_of_execution() FROM PUBLIC;
    CREATE TRIGGER executions_kept AFTER UPDATE ON executions
        FOR EACH ROW WHEN (OLD.status NOT IN ('queued', 'running'))
        EXECUTE FUNCTION refuse_change_of_execution();";

/// Creates partitions in advance, as `ensure_journal_partitions` does. A month whose executions are
/// in the default partition already stays there.
const PARTITIONS: &str = r"
    CREATE FUNCTION ensure_execution_partitions(months_ahead integer) RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp
        SET lock_timeout = '5s'
    AS $$
    DECLARE
        first_month constant timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
        month timestamp;
        name text;
        made integer := 0;
    BEGIN
        IF months_ahead IS NULL OR months_ahead NOT BETWEEN 0 AND 24 THEN
            RAISE invalid_parameter_value USING MESSAGE = 'months_ahead must be 0 to 24';
        END IF;
        -- Two callers at once: the second finds the work done.
        PERFORM pg_advisory_xact_lock(hashtextextended('ensure_execution_partitions', 0));
        FOR ahead IN 0..months_ahead LOOP
            month := first_month + make_interval(months => ahead);
            name := 'executions_' || to_char(month, 'YYYY_MM');
            CONTINUE WHEN to_regclass('public.' || name) IS NOT NULL;
            BEGIN
                EXECUTE format('CREATE TABLE public.%I (LIKE public.executions INCLUDING ALL)', name);
                EXECUTE format('ALTER TABLE public.executions ATTACH PARTITION public.%I '
                    'FOR VALUES FROM (%L) TO (%L)', name,
                    public.uuid_v7_at(month AT TIME ZONE 'UTC'),
                    public.uuid_v7_at((month + interval '1 month') AT TIME ZONE 'UTC'));
                EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
                EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', name);
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                NULL;
            END;
        END LOOP;
        RETURN made;
    END $$;
";

/// The partitions of every table, not only of the audit log.
const BACKUP: &str = r"
    CREATE OR REPLACE FUNCTION let_backup_read_partitions() RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp
        SET lock_timeout = '5s'
    AS $$
    DECLARE
        name text;
        reader text;
        made integer := 0;
    BEGIN
        FOR name, reader IN
            SELECT c.relname, r.oid::regrole::text
            FROM pg_policy p CROSS JOIN unnest(p.polroles) used (role)
            JOIN pg_roles r ON r.oid = used.role
            JOIN pg_class parent ON parent.oid = p.polrelid AND parent.relkind = 'p'
            JOIN pg_inherits i ON i.inhparent = p.polrelid
            JOIN pg_class c ON c.oid = i.inhrelid
            WHERE p.polname = parent.relname || '_backup'
                AND NOT EXISTS (SELECT FROM pg_policy q
                    WHERE q.polrelid = c.oid AND used.role = ANY (q.polroles))
        LOOP
            EXECUTE format('CREATE POLICY %I ON public.%I FOR SELECT TO %s USING (true)',
                name || '_backup', name, reader);
            made := made + 1;
        END LOOP;
        RETURN made;
    END $$;
";

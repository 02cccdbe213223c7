//! The audit log: one record for each command, append-only, with monthly partitions.
//!
//! It is partitioned by id, not by time: an id is a `UUIDv7` and begins with its millisecond, so
//! a month is a range of ids, and the primary key stays `(organization_id, id)` as everywhere.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy, force};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    let role = tenancy.application_role();
    Sql {
        name: "m0007_audit_logs",
        up: [
            IDS,
            &table(tenancy),
            PARTITIONS,
            &format!(
                "REVOKE EXECUTE ON FUNCTION uuid_v7(), uuid_v7_at(timestamptz),
                    ensure_journal_partitions(integer) FROM PUBLIC;
                GRANT EXECUTE ON FUNCTION uuid_v7(), ensure_journal_partitions(integer) TO {role};
                SELECT ensure_journal_partitions(3);"
            ),
        ]
        .join("\n"),
        down: "DROP TABLE audit_logs;
            DROP FUNCTION ensure_journal_partitions(integer);
            DROP FUNCTION uuid_v7();
            DROP FUNCTION uuid_v7_at(timestamptz);",
    }
}

/// `UUIDv7` (RFC 9562, 5.7) in SQL, because `PostgreSQL` has it from version 18 on only.
const IDS: &str = r"
    -- The smallest id of a millisecond: where a month begins.
    CREATE FUNCTION uuid_v7_at(at timestamptz) RETURNS uuid
        LANGUAGE sql STABLE STRICT PARALLEL SAFE
        RETURN (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0')
            || '70008000000000000000')::uuid;

    -- A fresh id: 48 bits of time over a random version 4, whose version becomes 7.
    CREATE FUNCTION uuid_v7() RETURNS uuid
        LANGUAGE sql VOLATILE PARALLEL SAFE
        RETURN encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
            substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
            FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid;
";

/// The table, its indexes for the filters of `GET /audit-logs`, and a default partition, so that no
/// record is ever refused.
fn table(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE audit_logs (
            {COLUMNS},
            actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'api_key', 'worker', 'system')),
            actor_id uuid,
            action text COLLATE "C" NOT NULL CHECK (action ~ '^[a-z][a-z0-9_.]{{0,99}}$'),
            subject_kind text NOT NULL CHECK (char_length(subject_kind) BETWEEN 1 AND 100),
            subject_id uuid,
            before jsonb,
            after jsonb,
            outcome text NOT NULL CHECK (outcome IN ('succeeded', 'denied', 'failed')),
            audit_only boolean NOT NULL DEFAULT false,
            request_id text NOT NULL CHECK (char_length(request_id) <= 200),
            trace_parent text CHECK (char_length(trace_parent) <= 200),
            address text CHECK (char_length(address) <= 100)
        ) PARTITION BY RANGE (id);
        ALTER TABLE audit_logs ALTER id SET DEFAULT uuid_v7();
        CREATE INDEX audit_logs_action_idx ON audit_logs (organization_id, action, id);
        CREATE INDEX audit_logs_subject_idx ON audit_logs (organization_id, subject_id, id);
        CREATE INDEX audit_logs_actor_idx ON audit_logs (organization_id, actor_id, id);
        {protect}
        CREATE TABLE audit_logs_default PARTITION OF audit_logs DEFAULT;
        {force}
        "#,
        protect = tenancy.protect_for("audit_logs", "SELECT, INSERT"),
        force = force("audit_logs_default"),
    )
}

/// Creates partitions in advance. The sweep calls it as the application's role, hence
/// `SECURITY DEFINER`; its only parameter is a number, and it qualifies every object with its schema.
///
/// A partition is created separately and then attached: that takes a weaker lock than
/// `PARTITION OF`, and no writer waits. It has row level security and no grants, so that it is
/// reached through the parent table only.
const PARTITIONS: &str = r"
    CREATE FUNCTION ensure_journal_partitions(months_ahead integer) RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp
        SET lock_timeout = '5s'
    AS $$
    DECLARE
        first_month constant timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
        month timestamp;
        name text;
        first_id uuid;
        next_id uuid;
        made integer := 0;
        scope text;
    BEGIN
        IF months_ahead IS NULL OR months_ahead NOT BETWEEN 0 AND 24 THEN
            RAISE invalid_parameter_value USING MESSAGE = 'months_ahead must be 0 to 24';
        END IF;
        -- Two callers at once: the second finds the work done.
        PERFORM pg_advisory_xact_lock(hashtextextended('ensure_journal_partitions', 0));
        FOR ahead IN 0..months_ahead LOOP
            month := first_month + make_interval(months => ahead);
            name := 'audit_logs_' || to_char(month, 'YYYY_MM');
            CONTINUE WHEN to_regclass('public.' || name) IS NOT NULL;
            first_id := public.uuid_v7_at(month AT TIME ZONE 'UTC');
            next_id := public.uuid_v7_at((month + interval '1 month') AT TIME ZONE 'UTC');

            EXECUTE format('CREATE TABLE public.%I (LIKE public.audit_logs INCLUDING ALL)', name);
            BEGIN
                EXECUTE format('ALTER TABLE public.audit_logs ATTACH PARTITION public.%I '
                    'FOR VALUES FROM (%L) TO (%L)', name, first_id, next_id);
            EXCEPTION WHEN check_violation THEN
                -- The partition is created late, and entries of the month are in the default
                -- partition: move them. Row level security would hide them here; the lock of
                -- this transaction keeps others out while it is relaxed. The check of the
                -- foreign key must see their organizations, too.
                ALTER TABLE public.audit_logs_default NO FORCE ROW LEVEL SECURITY;
                EXECUTE format('WITH moved AS (DELETE FROM public.audit_logs_default '
                    'WHERE id >= %L AND id < %L RETURNING *) '
                    'INSERT INTO public.%I SELECT * FROM moved', first_id, next_id, name);
                ALTER TABLE public.audit_logs_default FORCE ROW LEVEL SECURITY;
                scope := current_setting('app.scope', true);
                PERFORM set_config('app.scope', 'system', true);
                EXECUTE format('ALTER TABLE public.audit_logs ATTACH PARTITION public.%I '
                    'FOR VALUES FROM (%L) TO (%L)', name, first_id, next_id);
                PERFORM set_config('app.scope', coalesce(scope, ''), true);
            END;
            EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
            EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', name);
            made := made + 1;
        END LOOP;
        RETURN made;
    END $$;
";

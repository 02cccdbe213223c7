//! Jobs: background work, stored in the transactions that cause it.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0010_jobs",
        // A claim takes the highest priority first, then visits one organization after the other,
        // and takes the earliest job of each: the order of jobs_waiting_idx.
        //
        // Rows are updated three times or more within a short time, hence the fill factor and the
        // frequent vacuum. caused_by is no foreign key: a job remains when its user is removed,
        // like an audit record.
        up: format!(
            r#"
            CREATE TABLE jobs (
                {COLUMNS},
                kind text COLLATE "C" NOT NULL CHECK (kind ~ '^[a-z][a-z0-9_.]{{0,99}}$'),
                payload jsonb NOT NULL DEFAULT '{{}}' CHECK (jsonb_typeof(payload) = 'object'),
                priority smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN -100 AND 100),
                state text COLLATE "C" NOT NULL CHECK (state IN
                    ('queued', 'running', 'succeeded', 'failed', 'dead', 'cancelled')),
                attempt integer NOT NULL DEFAULT 0 CHECK (attempt BETWEEN 0 AND 65535),
                max_attempts integer NOT NULL CHECK (max_attempts BETWEEN 1 AND 65535),
                run_at timestamptz NOT NULL DEFAULT now(),
                progress smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
                error text CHECK (char_length(error) <= 2000),
                dedup_key text COLLATE "C" CHECK (char_length(dedup_key) BETWEEN 1 AND 200),
                cancel_requested boolean NOT NULL DEFAULT false,
                caused_by uuid,
                request_id text NOT NULL CHECK (char_length(request_id) <= 200),
                trace_parent text CHECK (char_length(trace_parent) <= 200),
                started_at timestamptz,
                finished_at timestamptz,
                worker_id text COLLATE "C" CHECK (char_length(worker_id) BETWEEN 1 AND 200),
                lease uuid,
                lease_until timestamptz,
                CONSTRAINT jobs_lease_check CHECK (CASE WHEN state = 'running'
                    THEN worker_id IS NOT NULL AND lease IS NOT NULL AND lease_until IS NOT NULL
                    ELSE worker_id IS NULL AND lease IS NULL AND lease_until IS NULL END)
            ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
            CREATE UNIQUE INDEX jobs_organization_id_dedup_key_key
                ON jobs (organization_id, dedup_key)
                WHERE state IN ('queued', 'failed', 'running');
            CREATE INDEX jobs_waiting_idx ON jobs (priority, organization_id, run_at, id)
                WHERE state IN ('queued', 'failed');
            CREATE INDEX jobs_lease_until_idx ON jobs (lease_until) WHERE state = 'running';
            CREATE INDEX jobs_finished_at_idx ON jobs (finished_at) WHERE finished_at IS NOT NULL;
            CREATE INDEX jobs_created_at_idx ON jobs (organization_id, created_at, id);
            CREATE INDEX jobs_state_idx ON jobs (organization_id, state, created_at, id);
            {protect}

            -- When each schedule last ticked: the next leader continues from there.
            CREATE TABLE schedule_ticks (
                name text COLLATE "C" PRIMARY KEY CHECK (char_length(name) BETWEEN 1 AND 100),
                ticked_at timestamptz NOT NULL
            );
            {protect_ticks}
            "#,
            protect = tenancy.protect("jobs"),
            protect_ticks = tenancy.protect_global("schedule_ticks"),
        ),
        down: "DROP TABLE schedule_ticks; DROP TABLE jobs",
    }
}

//! What organizations use, by period, and of which limits they were warned.
//!
//! Executions are counted by triggers, in the commit that begins or ends them: so no use case can forget
//! it, and it costs no round trip. The triggers are deferred, so that rows of this table are locked last.
//! A period has several rows (`slot`), so that commits at once do not wait for each other: each connection
//! adds to one of sixteen.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0094_organization_usage",
        up: [usage(tenancy), warnings(tenancy), OPEN.to_owned(), COUNT.to_owned()].join("\n"),
        down: "DROP INDEX executions_open_idx;
            DROP TRIGGER executions_ended_counted ON executions;
            DROP TRIGGER executions_begun_counted ON executions;
            DROP FUNCTION count_execution();
            DROP TABLE usage_warnings;
            DROP TABLE organization_usage;",
    }
}

/// `starts_on` is a day in UTC. An `amount` is a number of calls or executions, or nano-USD.
fn usage(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE organization_usage (
            {COLUMNS},
            measure text COLLATE "C" NOT NULL
                CHECK (measure IN ('api_calls', 'executions', 'ai_cost')),
            starts_on date NOT NULL,
            slot smallint NOT NULL CHECK (slot BETWEEN 0 AND 15),
            amount bigint NOT NULL CHECK (amount BETWEEN 0 AND 9000000000000000000),
            UNIQUE (organization_id, measure, starts_on, slot)
        ) WITH (fillfactor = 50);
        {protect}
        "#,
        protect = tenancy.protect_for("organization_usage", "SELECT, INSERT, UPDATE"),
    )
}

fn warnings(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE usage_warnings (
            {COLUMNS},
            plan_limit text COLLATE "C" NOT NULL CHECK (plan_limit IN
                ('members', 'documents', 'storage_bytes', 'api_calls_per_day',
                'executions_per_month', 'ai_nano_usd_per_month')),
            starts_on date NOT NULL,
            UNIQUE (organization_id, plan_limit, starts_on)
        );
        {protect}
        "#,
        protect = tenancy.protect_for("usage_warnings", "SELECT, INSERT"),
    )
}

/// It runs with the privileges of the writing role. An execution of an embedding model may be stored when
/// it has ended.
const COUNT: &str = "
    CREATE FUNCTION count_execution() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        month constant date := date_trunc('month', now() AT TIME ZONE 'UTC')::date;
        own_slot constant smallint := pg_backend_pid() % 16;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO public.organization_usage AS u
                (organization_id, measure, starts_on, slot, amount)
            VALUES (NEW.organization_id, 'executions', month, own_slot, 1)
            ON CONFLICT (organization_id, measure, starts_on, slot) DO UPDATE
                SET amount = u.amount + 1, version = u.version + 1, updated_at = now();
        END IF;
        IF NEW.ended_at IS NOT NULL AND NEW.cost > 0 THEN
            INSERT INTO public.organization_usage AS u
                (organization_id, measure, starts_on, slot, amount)
            VALUES (NEW.organization_id, 'ai_cost', month, own_slot,
                least(NEW.cost, 1000000000000000000))
            ON CONFLICT (organization_id, measure, starts_on, slot) DO UPDATE
                SET amount = least(u.amount, 8000000000000000000) + excluded.amount,
                    version = u.version + 1, updated_at = now();
        END IF;
        RETURN NULL;
    END $$;
    REVOKE EXECUTE ON FUNCTION count_execution() FROM PUBLIC;
    CREATE CONSTRAINT TRIGGER executions_begun_counted AFTER INSERT ON executions
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION count_execution();
    CREATE CONSTRAINT TRIGGER executions_ended_counted AFTER UPDATE ON executions
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL)
        EXECUTE FUNCTION count_execution();";

/// What executions hold that have not ended. It builds an index of few rows, but reads the table: an
/// operator makes it beforehand where that has many rows.
const OPEN: &str = "
    CREATE INDEX IF NOT EXISTS executions_open_idx ON executions (organization_id)
        INCLUDE (reserved) WHERE ended_at IS NULL;";

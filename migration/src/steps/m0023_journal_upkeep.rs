//! Upkeep of the audit log: entries that cannot be numbered are set aside, and old ones are removed
//! from the start of the chain.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    let role = tenancy.application_role();
    Sql {
        name: "m0023_journal_upkeep",
        up: [
            QUARANTINE,
            &format!("GRANT UPDATE (quarantined_at, defect) ON journal_pending TO {role};"),
            &starts(tenancy),
            REMOVE,
            DROP,
            &format!(
                "REVOKE EXECUTE ON FUNCTION remove_old_journal(uuid, timestamptz, integer),
                    drop_empty_journal_partitions() FROM PUBLIC;
                GRANT EXECUTE ON FUNCTION remove_old_journal(uuid, timestamptz, integer),
                    drop_empty_journal_partitions() TO {role};"
            ),
        ]
        .join("\n"),
        down: "DROP FUNCTION drop_empty_journal_partitions();
            DROP FUNCTION remove_old_journal(uuid, timestamptz, integer);
            DROP TABLE journal_starts;
            DROP INDEX journal_pending_quarantined_idx;
            DROP INDEX journal_pending_position_idx;
            ALTER TABLE journal_pending DROP quarantined_at, DROP defect;
            CREATE INDEX journal_pending_position_idx ON journal_pending (position);",
    }
}

/// The sequencer skips what is set aside. To have an entry numbered after a repair, clear both columns.
const QUARANTINE: &str = "
    ALTER TABLE journal_pending ADD quarantined_at timestamptz,
        ADD defect text CHECK (defect IN ('missing', 'unreadable', 'refused'));
    DROP INDEX journal_pending_position_idx;
    CREATE INDEX journal_pending_position_idx ON journal_pending (position)
        WHERE quarantined_at IS NULL;
    CREATE INDEX journal_pending_quarantined_idx ON journal_pending (quarantined_at)
        WHERE quarantined_at IS NOT NULL;";

/// The last number that was removed from the start of an organization's chain, and its hash, which
/// the next entry's hash covers. Its row has the organization's id. Only the function below writes it.
fn starts(tenancy: Tenancy<'_>) -> String {
    format!(
        "CREATE TABLE journal_starts (
            {COLUMNS},
            number bigint NOT NULL CHECK (number > 0),
            hash bytea NOT NULL CHECK (octet_length(hash) = 32)
        );
        {protect}",
        protect = tenancy.protect_for("journal_starts", "SELECT"),
    )
}

/// Removes up to `most` entries of an organization from the start of its chain, all of them older than
/// `until`, and returns their number. The application's role may not delete entries itself: it can only
/// call this, for entries of at least a day.
///
/// Numbers are assigned in the order of commits, so an old entry may follow a younger one: it is
/// removed when the younger one is.
const REMOVE: &str = "
    CREATE FUNCTION remove_old_journal(owner uuid, until timestamptz, most integer)
        RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp
        SET lock_timeout = '5s'
    AS $$
    DECLARE
        tenant constant text := current_setting('app.organization_id', true);
        bound constant uuid := public.uuid_v7_at(until);
        kept bigint;
        last bigint;
        last_hash bytea;
        removed integer := 0;
    BEGIN
        IF until IS NULL OR until > now() - interval '1 day' OR most NOT BETWEEN 1 AND 10000 THEN
            RAISE invalid_parameter_value USING MESSAGE = 'until must be a day ago, most 1 to 10000';
        END IF;
        PERFORM set_config('app.organization_id', owner::text, true);
        -- Two callers at once: the second finds the work done.
        PERFORM pg_advisory_xact_lock(hashtextextended('remove_old_journal ' || owner, 0));
        SELECT min(o.number) INTO kept FROM (
            SELECT s.number, s.id FROM public.journal_sequence s WHERE s.organization_id = owner
            ORDER BY s.number LIMIT most) o WHERE o.id >= bound;
        SELECT o.number, o.hash INTO last, last_hash FROM (
            SELECT s.number, s.hash FROM public.journal_sequence s WHERE s.organization_id = owner
            ORDER BY s.number LIMIT most) o
        WHERE kept IS NULL OR o.number < kept ORDER BY o.number DESC LIMIT 1;
        IF last IS NOT NULL THEN
            INSERT INTO public.journal_starts AS j (organization_id, id, number, hash)
            VALUES (owner, owner, last, last_hash)
            ON CONFLICT (organization_id, id) DO UPDATE SET number = excluded.number,
                hash = excluded.hash, updated_at = now(), version = j.version + 1;
            DELETE FROM public.audit_logs a USING public.journal_sequence s
            WHERE s.organization_id = owner AND s.number <= last
                AND a.organization_id = owner AND a.id = s.id;
            DELETE FROM public.journal_sequence WHERE organization_id = owner AND number <= last;
            GET DIAGNOSTICS removed = ROW_COUNT;
        END IF;
        IF removed < most THEN
            -- What was set aside has no number, and ages all the same.
            DELETE FROM public.audit_logs a USING public.journal_pending p
            WHERE p.organization_id = owner AND p.id < bound AND p.quarantined_at IS NOT NULL
                AND a.organization_id = owner AND a.id = p.id;
            DELETE FROM public.journal_pending
            WHERE organization_id = owner AND id < bound AND quarantined_at IS NOT NULL;
        END IF;
        PERFORM set_config('app.organization_id', coalesce(tenant, ''), true);
        RETURN removed;
    END $$;
";

/// Drops the partitions of past months in which nothing is left, and returns their number. It never
/// waits for a lock: no writer should wait behind it.
const DROP: &str = "
    CREATE FUNCTION drop_empty_journal_partitions() RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        scope constant text := current_setting('app.scope', true);
        name text;
        month timestamp;
        first_id uuid;
        next_id uuid;
        dropped integer := 0;
    BEGIN
        -- In this scope the owner sees the entries of all organizations.
        PERFORM set_config('app.scope', 'system', true);
        FOR name IN
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'public.audit_logs'::regclass
                AND c.relname ~ '^audit_logs_[0-9]{4}_[0-9]{2}$'
            ORDER BY c.relname
        LOOP
            month := to_date(right(name, 7), 'YYYY_MM');
            EXIT WHEN month + interval '1 month 2 days' > now() AT TIME ZONE 'UTC';
            first_id := public.uuid_v7_at(month AT TIME ZONE 'UTC');
            next_id := public.uuid_v7_at((month + interval '1 month') AT TIME ZONE 'UTC');
            CONTINUE WHEN EXISTS (
                SELECT FROM public.audit_logs WHERE id >= first_id AND id < next_id);
            BEGIN
                LOCK TABLE public.audit_logs IN ACCESS EXCLUSIVE MODE NOWAIT;
            EXCEPTION WHEN lock_not_available THEN
                EXIT;
            END;
            -- Once more: an entry may have been written before the lock.
            CONTINUE WHEN EXISTS (
                SELECT FROM public.audit_logs WHERE id >= first_id AND id < next_id);
            EXECUTE format('DROP TABLE public.%I', name);
            dropped := dropped + 1;
        END LOOP;
        PERFORM set_config('app.scope', coalesce(scope, ''), true);
        RETURN dropped;
    END $$;
";

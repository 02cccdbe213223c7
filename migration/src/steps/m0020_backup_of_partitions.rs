//! A partition of the audit log that is made later is readable for the backup role, too.

use super::Sql;
use crate::tenancy::Tenancy;

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    let role = tenancy.application_role();
    Sql {
        name: "m0020_backup_of_partitions",
        up: format!(
            "{FUNCTION}
            REVOKE EXECUTE ON FUNCTION let_backup_read_partitions() FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION let_backup_read_partitions() TO {role};"
        ),
        down: "DROP FUNCTION let_backup_read_partitions()",
    }
}

/// A backup role that policies bind has a policy for all rows on every table. `pg_dump` reads each
/// partition by itself, so each needs its own; the grant comes from the owner's default privileges.
/// The sweep calls it as the application's role, hence `SECURITY DEFINER`.
const FUNCTION: &str = r"
    CREATE FUNCTION let_backup_read_partitions() RETURNS integer
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
            JOIN pg_inherits i ON i.inhparent = p.polrelid
            JOIN pg_class c ON c.oid = i.inhrelid
            WHERE p.polrelid = 'public.audit_logs'::regclass AND p.polname = 'audit_logs_backup'
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

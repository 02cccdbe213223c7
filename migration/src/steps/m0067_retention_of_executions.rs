//! Executions are kept for a time: first their texts go, later the rows.

use super::Sql;
use crate::tenancy::Tenancy;

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    let role = tenancy.application_role();
    Sql {
        name: "m0067_retention_of_executions",
        up: format!(
            "
            ALTER TABLE executions ADD content_removed_at timestamptz;
            CREATE INDEX executions_content_idx ON executions (organization_id, id)
                WHERE content_removed_at IS NULL;
            GRANT UPDATE (error, provider_request) ON execution_attempts TO {role};
            {KEPT}
            "
        ),
        down: "DO $$
            DECLARE
                reader text;
            BEGIN
                FOR reader IN
                    SELECT DISTINCT x.grantee::regrole::text
                    FROM pg_attribute a CROSS JOIN aclexplode(a.attacl) x
                    WHERE a.attrelid = 'execution_attempts'::regclass
                LOOP
                    EXECUTE format('REVOKE UPDATE (error, provider_request)
                        ON execution_attempts FROM %s', reader);
                END LOOP;
            END $$;
            DROP INDEX executions_content_idx;
            CREATE OR REPLACE FUNCTION refuse_change_of_execution() RETURNS trigger LANGUAGE plpgsql
                SET search_path = pg_catalog, pg_temp
            AS $$
            BEGIN
                RAISE EXCEPTION 'an ended execution never changes' USING ERRCODE = 'check_violation';
            END $$;
            ALTER TABLE executions DROP content_removed_at;",
    }
}

/// The first end holds, but its texts may be removed, once.
const KEPT: &str = "
    CREATE OR REPLACE FUNCTION refuse_change_of_execution() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF OLD.content_removed_at IS NULL AND NEW.content_removed_at IS NOT NULL
            AND NEW.input::text = '{}' AND NEW.output = '' AND coalesce(NEW.error, '') = ''
            AND num_nonnulls(NEW.context, NEW.tool_calls) = 0
        THEN
            OLD.input := NEW.input;
            OLD.context := NULL;
            OLD.output := NEW.output;
            OLD.tool_calls := NULL;
            OLD.error := NEW.error;
            OLD.content_removed_at := NEW.content_removed_at;
            OLD.version := NEW.version;
            OLD.updated_at := NEW.updated_at;
            IF to_jsonb(OLD) = to_jsonb(NEW) THEN
                RETURN NULL;
            END IF;
        END IF;
        RAISE EXCEPTION 'an ended execution never changes' USING ERRCODE = 'check_violation';
    END $$;";

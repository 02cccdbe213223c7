//! The consent of an organization that operators work in it, their sessions, and who acted in the audit
//! log.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0096_support_access",
        up: format!(
            r#"
            CREATE TABLE support_access (
                {COLUMNS},
                expires_at timestamptz NOT NULL,
                read_only boolean NOT NULL,
                reason text NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 500)
            );
            {consent}
            CREATE TABLE support_sessions (
                {COLUMNS},
                operator text COLLATE "C" NOT NULL CHECK (operator ~ '^[A-Za-z0-9._-]{{1,40}}$'),
                reason text NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 500),
                read_only boolean NOT NULL,
                token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
                expires_at timestamptz NOT NULL,
                ended_at timestamptz
            );
            CREATE INDEX support_sessions_token_hash_idx
                ON support_sessions (organization_id, token_hash);
            CREATE INDEX support_sessions_created_at_idx
                ON support_sessions (organization_id, created_at, id);
            {sessions}
            ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_actor_kind_check,
                ADD CONSTRAINT audit_logs_actor_kind_check CHECK (
                    actor_kind IN ('user', 'api_key', 'worker', 'system', 'operator')) NOT VALID;
            "#,
            consent = tenancy.protect("support_access"),
            sessions = tenancy.protect("support_sessions"),
        ),
        down: "ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_actor_kind_check,
                ADD CONSTRAINT audit_logs_actor_kind_check CHECK (
                    actor_kind IN ('user', 'api_key', 'worker', 'system')) NOT VALID;
            DROP TABLE support_sessions;
            DROP TABLE support_access;",
    }
}

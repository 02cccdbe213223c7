//! What operators did, and what they announce. Neither belongs to an organization; an entry stays when
//! the organization that it names is removed.

use super::Sql;
use crate::tenancy::{GLOBAL_COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    let application = tenancy.application_role();
    Sql {
        name: "m0097_operators",
        up: format!(
            r#"
            CREATE TABLE operator_log (
                {GLOBAL_COLUMNS},
                operator text COLLATE "C" NOT NULL CHECK (operator ~ '^[A-Za-z0-9._-]{{1,40}}$'),
                action text COLLATE "C" NOT NULL CHECK (action ~ '^[a-z][a-z0-9_.]{{0,99}}$'),
                organization uuid,
                target uuid,
                reason text CHECK (char_length(reason) BETWEEN 1 AND 500),
                request_id text NOT NULL CHECK (char_length(request_id) <= 200),
                address text CHECK (char_length(address) <= 100)
            );
            CREATE INDEX operator_log_created_at_idx ON operator_log (created_at, id);
            {log}
            REVOKE UPDATE, DELETE ON operator_log FROM {application};
            CREATE TABLE announcements (
                {GLOBAL_COLUMNS},
                message_de text NOT NULL CHECK (char_length(message_de) BETWEEN 1 AND 500),
                message_en text NOT NULL CHECK (char_length(message_en) BETWEEN 1 AND 500),
                starts_at timestamptz NOT NULL,
                ends_at timestamptz NOT NULL,
                operator text COLLATE "C" NOT NULL CHECK (operator ~ '^[A-Za-z0-9._-]{{1,40}}$'),
                CONSTRAINT announcements_time_check CHECK (starts_at < ends_at)
            );
            CREATE INDEX announcements_ends_at_idx ON announcements (ends_at);
            {announcements}
            "#,
            log = tenancy.protect_global("operator_log"),
            announcements = tenancy.protect_global("announcements"),
        ),
        down: "DROP TABLE announcements; DROP TABLE operator_log;",
    }
}

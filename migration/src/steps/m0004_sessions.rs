//! Sessions: one row for each pair of access and refresh token; a rotation adds a row to the family.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0004_sessions",
        // rotated_from is no foreign key: the sweep removes the predecessor first.
        // The foreign key to the membership removes every session of a member who leaves.
        up: format!(
            r"
            CREATE TABLE sessions (
                {COLUMNS},
                family_id uuid NOT NULL,
                user_id uuid NOT NULL,
                access_hash bytea NOT NULL CHECK (octet_length(access_hash) = 32),
                access_expires_at timestamptz NOT NULL,
                refresh_hash bytea NOT NULL CHECK (octet_length(refresh_hash) = 32),
                expires_at timestamptz NOT NULL,
                rotated_from uuid,
                rotated_at timestamptz,
                revoked_at timestamptz,
                FOREIGN KEY (organization_id, user_id)
                    REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
            );
            CREATE INDEX sessions_access_hash_idx ON sessions (access_hash);
            CREATE INDEX sessions_refresh_hash_idx ON sessions (refresh_hash);
            CREATE INDEX sessions_organization_id_user_id_idx ON sessions (organization_id, user_id);
            CREATE INDEX sessions_organization_id_family_id_idx
                ON sessions (organization_id, family_id);
            CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);
            {protect}
            ",
            protect = tenancy.protect("sessions"),
        ),
        down: "DROP TABLE sessions",
    }
}

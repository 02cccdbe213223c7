//! The versions of passwords, and sessions that are found by their user and by the root of their
//! refresh tokens.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0015_sessions",
        // A rotated session is removed with its access token: the root of its chain is enough to
        // detect a replay. Sessions of earlier versions have no root, and stay until they expire.
        up: "ALTER TABLE users ADD password_version bigint NOT NULL DEFAULT 1
                CHECK (password_version > 0);
            ALTER TABLE sessions ADD root_hash bytea CHECK (octet_length(root_hash) = 32);
            CREATE INDEX sessions_root_hash_idx ON sessions (root_hash);
            CREATE INDEX sessions_user_id_family_id_idx ON sessions (user_id, family_id);
            CREATE INDEX sessions_rotated_idx ON sessions (access_expires_at)
                WHERE rotated_at IS NOT NULL AND root_hash IS NOT NULL;
            -- A family is looked for in all organizations of its user.
            DROP INDEX sessions_organization_id_family_id_idx;"
            .to_owned(),
        down: "CREATE INDEX sessions_organization_id_family_id_idx
                ON sessions (organization_id, family_id);
            DROP INDEX sessions_rotated_idx;
            DROP INDEX sessions_user_id_family_id_idx;
            ALTER TABLE sessions DROP COLUMN root_hash;
            ALTER TABLE users DROP COLUMN password_version",
    }
}

//! API keys: shown once, kept as a hash, with a role or a list of permissions.

use super::{ROLES, Sql};
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0005_api_keys",
        up: format!(
            r#"
            CREATE TABLE api_keys (
                {COLUMNS},
                name text COLLATE "C" NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
                prefix text NOT NULL CHECK (char_length(prefix) BETWEEN 1 AND 20),
                last_four text NOT NULL CHECK (char_length(last_four) = 4),
                secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
                role text CHECK (role IN {ROLES}),
                permissions text[] CHECK (cardinality(permissions) <= 200),
                expires_at timestamptz,
                last_used_at timestamptz,
                revoked_at timestamptz,
                created_by uuid NOT NULL REFERENCES users (id),
                CONSTRAINT api_keys_role_or_permissions_check
                    CHECK (num_nonnulls(role, permissions) = 1)
            );
            CREATE INDEX api_keys_secret_hash_idx ON api_keys (secret_hash);
            {protect}
            "#,
            protect = tenancy.protect("api_keys"),
        ),
        down: "DROP TABLE api_keys",
    }
}

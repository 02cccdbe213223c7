//! Identities of users at providers (OpenID Connect), and the states of logins there that were used.

use super::Sql;
use crate::tenancy::{GLOBAL_COLUMNS, Tenancy};

/// No row is of an organization: a user is a member of several. A state is a single use until it
/// expires, so its hash is all that is kept.
pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0086_user_identities",
        up: format!(
            r#"
            CREATE TABLE user_identities (
                {GLOBAL_COLUMNS},
                user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                issuer text COLLATE "C" NOT NULL CHECK (char_length(issuer) BETWEEN 1 AND 500),
                subject text COLLATE "C" NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 255),
                email text COLLATE "C" CHECK (char_length(email) BETWEEN 3 AND 320),
                last_used_at timestamptz NOT NULL,
                UNIQUE (issuer, subject)
            );
            CREATE INDEX user_identities_user_id_idx ON user_identities (user_id);
            CREATE TABLE used_oidc_states (
                hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
                expires_at timestamptz NOT NULL
            );
            CREATE INDEX used_oidc_states_expires_at_idx ON used_oidc_states (expires_at);
            {identities}
            {states}
            "#,
            identities = tenancy.protect_global("user_identities"),
            states = tenancy.protect_global("used_oidc_states"),
        ),
        down: "DROP TABLE used_oidc_states;
            DROP TABLE user_identities;",
    }
}

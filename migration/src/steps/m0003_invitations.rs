//! Invitations into an organization, found by the hash of the token in the mail.

use super::{ROLES, Sql};
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0003_invitations",
        up: format!(
            r#"
            CREATE TABLE invitations (
                {COLUMNS},
                email text COLLATE "C" NOT NULL
                    CHECK (char_length(email) BETWEEN 3 AND 320)
                    CONSTRAINT invitations_email_folded_check CHECK (email = lower(email)),
                role text NOT NULL CHECK (role IN {ROLES}),
                token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
                invited_by uuid NOT NULL REFERENCES users (id),
                expires_at timestamptz NOT NULL,
                accepted_at timestamptz,
                revoked_at timestamptz,
                CONSTRAINT invitations_end_check CHECK (num_nonnulls(accepted_at, revoked_at) <= 1)
            );
            CREATE UNIQUE INDEX invitations_open_email_key ON invitations (organization_id, email)
                WHERE accepted_at IS NULL AND revoked_at IS NULL;
            -- Not unique: a unique index across tenants tells one what another holds, and 256
            -- random bits do not collide.
            CREATE INDEX invitations_token_hash_idx ON invitations (token_hash);
            {protect}
            "#,
            protect = tenancy.protect("invitations"),
        ),
        down: "DROP TABLE invitations",
    }
}

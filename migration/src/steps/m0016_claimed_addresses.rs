//! Addresses that are proven or only claimed, and the address blocks that an account was used from.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0016_claimed_addresses",
        up: r#"ALTER TABLE users ADD email_verified_at timestamptz;
            ALTER TABLE invitations ADD proves_address boolean NOT NULL DEFAULT false;
            ALTER TABLE sessions ADD client text COLLATE "C"
                CHECK (char_length(client) BETWEEN 1 AND 50);"#
            .to_owned(),
        down: "ALTER TABLE sessions DROP COLUMN client;
            ALTER TABLE invitations DROP COLUMN proves_address;
            ALTER TABLE users DROP COLUMN email_verified_at",
    }
}

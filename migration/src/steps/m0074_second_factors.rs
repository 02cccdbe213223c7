//! The second factor of an account, and when a session's user last proved who they are.

use super::Sql;

/// The secret is encrypted, and recovery codes are hashes.
pub(super) fn step() -> Sql {
    Sql {
        name: "m0074_second_factors",
        up: "ALTER TABLE users ADD second_factor jsonb,
                ADD CONSTRAINT users_second_factor_size_check
                    CHECK (octet_length(second_factor::text) <= 4096) NOT VALID;
            ALTER TABLE sessions ADD proved_at timestamptz;"
            .to_owned(),
        down: "ALTER TABLE sessions DROP proved_at;
            ALTER TABLE users DROP second_factor;",
    }
}

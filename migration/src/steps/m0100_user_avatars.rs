//! Pictures of users.

use super::Sql;
use crate::tenancy::{GLOBAL_COLUMNS, Tenancy};

/// No row is of an organization: a user is a member of several. A picture is small, so it is a row of the
/// database: it goes with its user in one commit. A new picture has a new id, which is its entity tag.
pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0100_user_avatars",
        up: format!(
            "
            CREATE TABLE user_avatars (
                {GLOBAL_COLUMNS},
                user_id uuid NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
                content bytea NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 524288)
            );
            {protect}
            ",
            protect = tenancy.protect_global("user_avatars"),
        ),
        down: "DROP TABLE user_avatars",
    }
}

//! Members who are suspended, and members who are no persons.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0075_members",
        up: "ALTER TABLE memberships
                ADD kind text NOT NULL DEFAULT 'person',
                ADD suspended_at timestamptz,
                ADD CONSTRAINT memberships_kind_check
                    CHECK (kind IN ('person', 'service')) NOT VALID,
                ADD CONSTRAINT memberships_owner_check
                    CHECK (kind = 'person' OR role <> 'owner') NOT VALID;"
            .to_owned(),
        down: "ALTER TABLE memberships DROP CONSTRAINT memberships_owner_check,
            DROP CONSTRAINT memberships_kind_check, DROP suspended_at, DROP kind;",
    }
}

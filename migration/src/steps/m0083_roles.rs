//! Roles that organizations make out of permissions, which members have and invitations offer.
//!
//! The column `role` of a member or an invitation with such a role says `viewer`, for programs of the
//! version before, which do not know more: where it says anything else, that counts.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0083_roles",
        up: [roles(tenancy), of_members(tenancy), OF_INVITATIONS.to_owned()].join("\n"),
        down: "ALTER TABLE invitations DROP custom_role;
            DROP TABLE member_roles;
            DROP TABLE roles;",
    }
}

fn roles(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE roles (
            {COLUMNS},
            name text COLLATE "C" NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
            description text CHECK (char_length(description) BETWEEN 1 AND 1000),
            permissions text[] NOT NULL CHECK (cardinality(permissions) BETWEEN 1 AND 128),
            UNIQUE (organization_id, name)
        );
        {protect}
        "#,
        protect = tenancy.protect("roles"),
    )
}

/// A row has the id of its membership. It is a table of its own, because a reference in the table of
/// memberships would need an index and a check of all its rows.
fn of_members(tenancy: Tenancy<'_>) -> String {
    format!(
        "
        CREATE TABLE member_roles (
            {COLUMNS},
            role_id uuid NOT NULL,
            FOREIGN KEY (organization_id, id) REFERENCES memberships (organization_id, id)
                ON DELETE CASCADE,
            FOREIGN KEY (organization_id, role_id) REFERENCES roles (organization_id, id)
        );
        CREATE INDEX member_roles_role_id_idx ON member_roles (organization_id, role_id);
        {protect}
        ",
        protect = tenancy.protect("member_roles"),
    )
}

/// No reference: a closed invitation names its role also after that was removed.
const OF_INVITATIONS: &str = "ALTER TABLE invitations ADD custom_role uuid;";

//! Users, who belong to no tenant, and their memberships.

use super::{ROLES, Sql};
use crate::tenancy::{COLUMNS, CURRENT_ORGANIZATION, GLOBAL_COLUMNS, Rule, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    // A tenant may read the users that are its members, but not change them: a user is shared with
    // other tenants, so only the system scope changes it (name, password).
    let members = Rule {
        command: "SELECT",
        condition: &format!(
            "EXISTS (SELECT FROM memberships m
                WHERE m.organization_id = {CURRENT_ORGANIZATION} AND m.user_id = users.id)"
        ),
        privileges: "SELECT, INSERT, UPDATE, DELETE",
    };
    Sql {
        name: "m0002_users",
        // With COLLATE "C", lower() below folds only ASCII, on every server alike; the domain has
        // folded all other letters.
        up: format!(
            r#"
            CREATE TABLE users (
                {GLOBAL_COLUMNS},
                email text COLLATE "C" NOT NULL UNIQUE
                    CHECK (char_length(email) BETWEEN 3 AND 320)
                    CONSTRAINT users_email_folded_check CHECK (email = lower(email)),
                name text COLLATE "C" NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
                password_hash text CHECK (char_length(password_hash) <= 500),
                status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled'))
            );
            CREATE TABLE memberships (
                {COLUMNS},
                user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                role text NOT NULL CHECK (role IN {ROLES}),
                UNIQUE (organization_id, user_id)
            );
            CREATE INDEX memberships_user_id_idx ON memberships (user_id);
            {memberships}
            {users}
            "#,
            memberships = tenancy.protect("memberships"),
            users = tenancy.protect_by("users", members),
        ),
        down: "DROP POLICY users_tenant ON users; -- it reads memberships
            DROP TABLE memberships;
            DROP TABLE users;",
    }
}

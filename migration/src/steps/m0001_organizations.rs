//! Organizations: the tenants themselves.

use super::Sql;
use crate::tenancy::{CURRENT_ORGANIZATION, GLOBAL_COLUMNS, Rule, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    let rule = Rule {
        command: "ALL",
        condition: &format!("id = {CURRENT_ORGANIZATION}"),
        privileges: "SELECT, INSERT, UPDATE, DELETE",
    };
    Sql {
        name: "m0001_organizations",
        up: format!(
            r#"
            CREATE TABLE organizations (
                {GLOBAL_COLUMNS},
                name text COLLATE "C" NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
                slug text COLLATE "C" NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]{{2,100}}$'),
                settings jsonb NOT NULL DEFAULT '{{}}' CHECK (jsonb_typeof(settings) = 'object'),
                status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended'))
            );
            {protect}
            -- So that a process that has no other login can tell whether the schema is its own.
            GRANT SELECT ON seaql_migrations TO {role};
            "#,
            protect = tenancy.protect_by("organizations", rule),
            role = tenancy.application_role(),
        ),
        down: "DROP TABLE organizations",
    }
}

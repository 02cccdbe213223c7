//! Teams of members.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

/// A member who leaves the organization leaves its teams.
pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0098_teams",
        up: format!(
            r#"
            CREATE TABLE teams (
                {COLUMNS},
                name text COLLATE "C" NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
                description text CHECK (char_length(description) BETWEEN 1 AND 1000),
                UNIQUE (organization_id, name)
            );
            CREATE INDEX teams_created_at_idx ON teams (organization_id, created_at, id);
            {teams}
            CREATE TABLE team_members (
                {COLUMNS},
                team_id uuid NOT NULL,
                user_id uuid NOT NULL,
                UNIQUE (organization_id, team_id, user_id),
                FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id)
                    ON DELETE CASCADE,
                FOREIGN KEY (organization_id, user_id)
                    REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
            );
            CREATE INDEX team_members_created_at_idx
                ON team_members (organization_id, team_id, created_at, user_id);
            CREATE INDEX team_members_user_id_idx ON team_members (organization_id, user_id);
            {members}
            "#,
            teams = tenancy.protect("teams"),
            members = tenancy.protect("team_members"),
        ),
        down: "DROP TABLE team_members;
            DROP TABLE teams;",
    }
}

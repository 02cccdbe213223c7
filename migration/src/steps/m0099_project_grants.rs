//! Roles on single projects.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

/// A grant is to a member or to a team, of a built-in role or of a custom one. It goes with its project,
/// its member and its team; a custom role stays while a grant has it.
pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0099_project_grants",
        up: format!(
            r#"
            CREATE TABLE project_grants (
                {COLUMNS},
                project_id uuid NOT NULL,
                user_id uuid,
                team_id uuid,
                role text COLLATE "C" CHECK (role IN ('admin', 'accountant', 'member', 'viewer')),
                role_id uuid,
                CHECK (num_nonnulls(user_id, team_id) = 1),
                CHECK (num_nonnulls(role, role_id) = 1),
                UNIQUE (organization_id, project_id, user_id),
                UNIQUE (organization_id, project_id, team_id),
                FOREIGN KEY (organization_id, project_id)
                    REFERENCES projects (organization_id, id) ON DELETE CASCADE,
                FOREIGN KEY (organization_id, user_id)
                    REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE,
                FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id)
                    ON DELETE CASCADE,
                FOREIGN KEY (organization_id, role_id) REFERENCES roles (organization_id, id)
            );
            CREATE INDEX project_grants_user_id_idx ON project_grants (organization_id, user_id);
            CREATE INDEX project_grants_team_id_idx ON project_grants (organization_id, team_id);
            CREATE INDEX project_grants_role_id_idx ON project_grants (organization_id, role_id);
            {protect}
            "#,
            protect = tenancy.protect("project_grants"),
        ),
        down: "DROP TABLE project_grants",
    }
}

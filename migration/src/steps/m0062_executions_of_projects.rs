//! Executions for projects.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0062_executions_of_projects",
        up: "ALTER TABLE executions ADD project_id uuid,
                ADD FOREIGN KEY (organization_id, project_id)
                    REFERENCES projects (organization_id, id);
            CREATE INDEX executions_project_idx
                ON executions (organization_id, project_id, id);"
            .to_owned(),
        down: "DROP INDEX executions_project_idx;
            ALTER TABLE executions DROP project_id;",
    }
}

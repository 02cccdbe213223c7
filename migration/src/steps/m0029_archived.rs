//! Lists of projects leave out archived ones, in each of their orders but that by code.

use super::Sql;

/// Without these indexes, an organization with many archived projects and few others would read all
/// of the archived ones for a page. Lists that show archived projects, too, are rarer: of their
/// orders only that by creation keeps an index.
pub(super) fn step() -> Sql {
    Sql {
        name: "m0029_archived",
        up: "
            CREATE INDEX projects_active_created_at_idx
                ON projects (organization_id, created_at, id) WHERE status <> 'archived';
            CREATE INDEX projects_active_updated_at_idx
                ON projects (organization_id, updated_at, id) WHERE status <> 'archived';
            CREATE INDEX projects_active_name_idx
                ON projects (organization_id, name, id) WHERE status <> 'archived';
            DROP INDEX projects_updated_at_idx, projects_name_idx;"
            .to_owned(),
        down: "
            CREATE INDEX projects_updated_at_idx ON projects (organization_id, updated_at, id);
            CREATE INDEX projects_name_idx ON projects (organization_id, name, id);
            DROP INDEX projects_active_created_at_idx, projects_active_updated_at_idx,
                projects_active_name_idx;",
    }
}

use plinth_domain::{Permission, Project, ProjectId};

use super::NOT_FOUND;
use crate::{Error, Query, View};

/// Reads one project.
#[derive(Debug, Clone, Copy)]
pub struct GetProject {
    /// Which.
    pub id: ProjectId,
}

impl Query for GetProject {
    const NAME: &'static str = "project.get";
    const PERMISSION: Permission = Permission::ProjectRead;
    type Output = Project;

    async fn run(self, view: &mut View<'_>) -> Result<Project, Error> {
        view.unit.projects().find(self.id).await?.ok_or(NOT_FOUND)
    }
}

use plinth_domain::{Permission, Project, ProjectChanges, ProjectId};

use super::{NOT_FOUND, code_taken};
use crate::{Command, Context, Error, Expected, Fact, MetadataPatch, Recorded, metadata};

/// Changes a project.
#[derive(Debug, Clone)]
pub struct UpdateProject {
    /// Which.
    pub id: ProjectId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// What changes.
    pub changes: ProjectChanges,
    /// What changes inside the metadata.
    pub metadata: Option<MetadataPatch>,
}

impl Command for UpdateProject {
    const NAME: &'static str = "project.update";
    const PERMISSION: Permission = Permission::ProjectUpdate;
    type Output = Project;

    async fn run(mut self, ctx: &mut Context<'_>) -> Result<Recorded<Project>, Error> {
        let before = ctx.unit.projects().find(self.id).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&before.revision)?;
        if let Some(patch) = self.metadata {
            self.changes.metadata = Some(metadata::merge(&before.metadata, patch)?);
        }
        let after = before.clone().change(self.changes, ctx.now)?;
        ctx.unit.projects().update(&after).await.map_err(code_taken)?;
        let fact = Fact::changed("project.updated", &before, &after)?;
        Ok(Recorded::new(after, fact))
    }
}

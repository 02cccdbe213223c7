use plinth_domain::{Permission, ProjectId};

use super::NOT_FOUND;
use crate::{Command, Context, Error, Expected, Fact, Recorded};

/// Puts a project out of sight.
#[derive(Debug, Clone, Copy)]
pub struct ArchiveProject {
    /// Which.
    pub id: ProjectId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for ArchiveProject {
    const NAME: &'static str = "project.archive";
    const PERMISSION: Permission = Permission::ProjectDelete;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let before = ctx.unit.projects().find(self.id).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&before.revision)?;
        let after = before.clone().archive(ctx.now)?;
        ctx.unit.projects().update(&after).await?;
        Ok(Recorded::new((), Fact::changed("project.archived", &before, &after)?))
    }
}

/// Removes a project for good.
#[derive(Debug, Clone, Copy)]
pub struct RemoveProject {
    /// Which.
    pub id: ProjectId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveProject {
    const NAME: &'static str = "project.remove";
    const PERMISSION: Permission = Permission::ProjectDelete;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let project = ctx.unit.projects().find(self.id).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&project.revision)?;
        ctx.unit.projects().remove(&project).await.map_err(Error::on_conflict(
            "documents_organization_id_project_id_fkey",
            "project.has_documents",
            "documents belong to it; remove them or take them out first",
        ))?;
        Ok(Recorded::new((), Fact::removed("project.removed", &project)?))
    }
}

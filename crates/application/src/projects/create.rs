use plinth_domain::{Permission, Project, ProjectDraft};

use super::code_taken;
use crate::{Command, Context, Error, Fact, Recorded};

/// Creates a project.
#[derive(Debug, Clone)]
pub struct CreateProject {
    /// What it is to be.
    pub draft: ProjectDraft,
}

impl Command for CreateProject {
    const NAME: &'static str = "project.create";
    const PERMISSION: Permission = Permission::ProjectCreate;
    type Output = Project;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Project>, Error> {
        let project = Project::plan(ctx.id(), ctx.organization(), self.draft, ctx.now);
        ctx.unit.projects().insert(&project).await.map_err(code_taken)?;
        let fact = Fact::created("project.created", &project)?;
        Ok(Recorded::new(project, fact))
    }
}

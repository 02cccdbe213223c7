//! Projects.

use plinth_domain::{
    FlagKey, Permission, Project, ProjectChanges, ProjectDraft, ProjectError, ProjectId,
};
use plinth_ports::{
    FeatureFlagReader, Page, PageRequest, ProjectFilter, ProjectSort, StoreError,
    records::documents,
};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{
    AuditRecord, ByProject, Command, Context, Error, Expected, MetadataPatch, Query, Reading,
    Recorded, View, Writing, metadata,
    resource::{Found, Resource},
};

pub use plinth_ports::records::projects::PROJECT_CODE_TAKEN;

plinth_domain::codes! {
    PROJECT_HAS_DOCUMENTS = "project.has_documents",
        "Documents belong to the project; remove them or take them out of it first.";
}

impl Resource for Project {
    const KIND: &'static str = "project";
    const TOPIC: &'static str = "projects";
    const READ: Permission = Permission::ProjectRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn project(&self) -> Option<Uuid> {
        Some(self.id.uuid())
    }

    fn audit_view(&self) -> impl Serialize {
        #[derive(Serialize)]
        struct AuditView<'a> {
            code: &'a str,
            name: &'a str,
            description: Option<&'a str>,
            status: &'static str,
            starts_on: Option<chrono::NaiveDate>,
            ends_on: Option<chrono::NaiveDate>,
            // Valid JSON, so it is passed through unchanged.
            metadata: Option<&'a RawValue>,
            version: i64,
        }
        AuditView {
            code: self.code.as_str(),
            name: self.name.as_str(),
            description: self.description.as_ref().map(plinth_domain::Description::as_str),
            status: self.status.name(),
            starts_on: self.schedule.starts_on(),
            ends_on: self.schedule.ends_on(),
            metadata: serde_json::from_str(self.metadata.as_str()).ok(),
            version: self.revision.version.number(),
        }
    }
}

/// The error of a removal.
fn in_use(error: StoreError) -> Error {
    if documents::PROJECT.is_violated_in(&error) {
        let detail = "documents belong to it; remove them or take them out first";
        return Error::conflict(PROJECT_HAS_DOCUMENTS, detail);
    }
    Error::in_use(error)
}

impl From<ProjectError> for Error {
    fn from(error: ProjectError) -> Self {
        match error {
            ProjectError::Transition(transition) => transition.into(),
            ProjectError::Invalid(invalid) => Self::field("/ends_on", invalid),
        }
    }
}

/// Reads one project.
#[derive(Debug, Clone, Copy)]
pub struct GetProject {
    /// The project.
    pub id: ProjectId,
}

impl Query for GetProject {
    const NAME: &'static str = "project.get";
    const PERMISSION: Permission = Permission::ProjectRead;
    type Output = Project;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::project(self.id)
    }

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<Project, Error> {
        view.unit.projects().get(self.id).await
    }
}

/// The flag that enables fuzzy search in `?q=`.
const FUZZY_SEARCH: &str = "projects.trigram_search";

/// Lists projects.
#[derive(Debug, Clone)]
pub struct ListProjects {
    /// Selects the projects.
    pub filter: ProjectFilter,
    /// The order and the position.
    pub page: PageRequest<ProjectSort>,
}

impl Query for ListProjects {
    const NAME: &'static str = "project.list";
    const PERMISSION: Permission = Permission::ProjectRead;
    type Output = Page<Project>;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::Listing(&mut self.filter.among)
    }

    fn reading(&self) -> Reading {
        // No index is in the order of the archived ones alone.
        let ProjectFilter { search, status, archived, code: _, among: _ } = &self.filter;
        let is_slow = search.is_some() || status.values().is_some() || *archived != Some(false);
        Reading::page(&self.page, is_slow)
    }

    async fn run(mut self, view: &mut View<'_>) -> Result<Page<Project>, Error> {
        if let Some(search) = &mut self.filter.search {
            search.fuzzy = is_on(view, FUZZY_SEARCH).await?;
        }
        Ok(view.unit.projects().list(&self.filter, &self.page).await?)
    }
}

/// Whether a flag is on for the organization; an unknown one is off.
async fn is_on(view: &mut View<'_>, key: &str) -> Result<bool, Error> {
    let flags: &mut dyn FeatureFlagReader = view.unit.feature_flags();
    let key = FlagKey::parse(key).map_err(Error::internal)?;
    Ok(flags.find(&key).await?.is_some_and(|flag| flag.is_on(view.access.organization())))
}

/// Creates a project.
#[derive(Debug, Clone)]
pub struct CreateProject {
    /// Its values.
    pub draft: ProjectDraft,
}

impl Command for CreateProject {
    const NAME: &'static str = "project.create";
    const PERMISSION: Permission = Permission::ProjectCreate;
    type Output = Project;

    fn writing(&self) -> Writing {
        Writing::Deferred(Error::write::<Project>)
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Project>, Error> {
        ctx.make_room::<Project>().await?;
        let project = Project::plan(ctx.id(), ctx.organization(), self.draft, ctx.now);
        ctx.unit.projects().insert(&project).await.map_err(Error::write::<Project>)?;
        Recorded::created(project)
    }
}

/// Changes a project.
#[derive(Debug, Clone)]
pub struct UpdateProject {
    /// The project.
    pub id: ProjectId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The new values.
    pub changes: ProjectChanges,
    /// The merge patch on the metadata.
    pub metadata: Option<MetadataPatch>,
}

impl Command for UpdateProject {
    const NAME: &'static str = "project.update";
    const PERMISSION: Permission = Permission::ProjectUpdate;
    type Output = Project;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::project(self.id)
    }

    async fn run(mut self, ctx: &mut Context<'_>) -> Result<Recorded<Project>, Error> {
        let before = ctx.unit.projects().expect(self.id, &self.expected).await?;
        if let Some(patch) = self.metadata {
            self.changes.metadata = Some(metadata::merge(&before.metadata, patch)?);
        }
        let after = before.clone().change(self.changes, ctx.now)?;
        ctx.unit.projects().update(&after).await.map_err(Error::write::<Project>)?;
        Recorded::changed("project.updated", &before, after)
    }
}

/// Archives a project.
#[derive(Debug, Clone)]
pub struct ArchiveProject {
    /// The project.
    pub id: ProjectId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for ArchiveProject {
    const NAME: &'static str = "project.archive";
    const PERMISSION: Permission = Permission::ProjectDelete;
    type Output = ();

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::project(self.id)
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let before = ctx.unit.projects().expect(self.id, &self.expected).await?;
        let after = before.clone().archive(ctx.now)?;
        ctx.unit.projects().update(&after).await?;
        Ok(Recorded::new((), AuditRecord::changed("project.archived", &before, &after)?))
    }
}

/// Removes a project permanently.
#[derive(Debug, Clone)]
pub struct RemoveProject {
    /// The project.
    pub id: ProjectId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveProject {
    const NAME: &'static str = "project.remove";
    const PERMISSION: Permission = Permission::ProjectDelete;
    type Output = ();

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::project(self.id)
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let project = ctx.unit.projects().expect(self.id, &self.expected).await?;
        ctx.unit.projects().remove(&project).await.map_err(in_use)?;
        Ok(Recorded::new((), AuditRecord::removed("project.removed", &project)?))
    }
}

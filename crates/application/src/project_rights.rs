//! Roles on single projects: what admits a caller who lacks a permission in the organization.
//!
//! A use case says in [`ByProject`] where such a role counts; all others need the permission in the
//! whole organization. The decision is made here, before the use case runs, in the same transaction.
//! A caller whose role in the organization is enough costs no question.

use plinth_domain::{
    Access, ContractId, DocumentId, Forbidden, Patch, Permission, ProjectId, ProjectRights,
    TenantScope,
};
use plinth_ports::{InProject, ProjectGrantReader, ReadUnit, UnitOfWork};

use crate::{Application, Caller, Error};

/// Where a role on a single project admits to a use case a caller who lacks its permission in the
/// organization.
#[derive(Debug)]
pub enum ByProject<'a> {
    /// Nowhere.
    Never,
    /// To what is in a project.
    In(Target),
    /// To a list, which then shows only what is in the projects that are set here.
    Listing(&'a mut Option<Vec<ProjectId>>),
}

/// What a use case is about.
#[derive(Debug, Clone)]
pub struct Target {
    record: InProject,
    /// Whether the record is made in the project.
    is_new: bool,
    /// The change of its project.
    moved: Patch<ProjectId>,
}

impl ByProject<'_> {
    /// To what is made in this project; nowhere without one.
    pub(crate) fn new_in(project: Option<ProjectId>) -> Self {
        let Some(project) = project else { return Self::Never };
        Self::In(Target { is_new: true, ..Target::of(InProject::Project(project)) })
    }

    /// To a project.
    pub(crate) const fn project(project: ProjectId) -> Self {
        Self::In(Target::of(InProject::Project(project)))
    }

    /// To a document.
    pub(crate) const fn document(document: DocumentId) -> Self {
        Self::In(Target::of(InProject::Document(document)))
    }

    /// To a contract.
    pub(crate) const fn contract(contract: ContractId) -> Self {
        Self::In(Target::of(InProject::Contract(contract)))
    }

    /// To a record whose project is changed: a role on the new one is needed, too.
    pub(crate) fn moved(self, change: &Patch<ProjectId>) -> Self {
        match self {
            Self::In(target) => Self::In(Target { moved: change.clone(), ..target }),
            other => other,
        }
    }

    const fn is_never(&self) -> bool {
        matches!(self, Self::Never)
    }
}

impl Target {
    const fn of(record: InProject) -> Self {
        Self { record, is_new: false, moved: Patch::Keep }
    }

    /// Decides by the project of the record. What the caller cannot know of is not found.
    fn admit(
        &self,
        access: &Access,
        rights: &ProjectRights,
        permission: Permission,
        project: Option<ProjectId>,
    ) -> Result<(), Error> {
        match project {
            Some(project) if rights.allow(permission, project) => {}
            Some(project) if rights.know(project) => {
                return Err(Forbidden::Permission(permission).into());
            }
            _ if access.permissions().contains(self.read()) => {
                return Err(Forbidden::Permission(permission).into());
            }
            _ if self.is_new => return Err(Error::unknown_reference("project_id")),
            _ => return Err(Error::NotFound(self.kind())),
        }
        match self.moved {
            Patch::Set(to) if !rights.allow(permission, to) => {
                Err(Error::unknown_reference("project_id"))
            }
            Patch::Clear => Err(Forbidden::Permission(permission).into()),
            Patch::Set(_) | Patch::Keep => Ok(()),
        }
    }

    /// The permission with which every such record is seen.
    const fn read(&self) -> Permission {
        match self.record {
            InProject::Project(_) => Permission::ProjectRead,
            InProject::Document(_) => Permission::DocumentRead,
            InProject::Contract(_) => Permission::ContractRead,
        }
    }

    const fn kind(&self) -> &'static str {
        match self.record {
            InProject::Project(_) => "project",
            InProject::Document(_) => "document",
            InProject::Contract(_) => "contract",
        }
    }
}

impl Application {
    /// The scope for an operation, or an audited refusal. Where a role on a project may admit the caller,
    /// [`check`] or [`check_view`] follows in the transaction.
    pub(crate) fn admit_by(
        &self,
        caller: &Caller,
        permission: Permission,
        operation: &'static str,
        by: &ByProject<'_>,
    ) -> Result<TenantScope, Forbidden> {
        if by.is_never() {
            return self.admit(caller, permission, operation);
        }
        let scope = caller.access.require_on_projects(permission);
        scope.inspect_err(|refused| self.note_refusal(caller, *refused, operation))
    }

    /// Refuses a caller who has a permission neither in the organization nor on any project, and audits
    /// the refusal: for a workflow that does not know its project yet.
    pub(crate) async fn permit_on_any_project(
        &self,
        caller: &Caller,
        permission: Permission,
        operation: &'static str,
    ) -> Result<(), Error> {
        let access = &caller.access;
        if access.permissions().contains(permission) {
            self.permit(caller, permission, operation)?;
            return Ok(());
        }
        let scope = access.require_on_projects(permission);
        let scope = scope.inspect_err(|refused| self.note_refusal(caller, *refused, operation))?;
        let mut view = self.ports.stores.tenant.read_apart(scope).await?;
        let rights = rights(view.project_grants(), access).await?;
        let listed = projects(&rights, permission);
        self.noted(caller, operation, listed).map(drop)
    }

    /// The same result, with an audit record of a refusal.
    pub(crate) fn noted<T>(
        &self,
        caller: &Caller,
        operation: &'static str,
        checked: Result<T, Error>,
    ) -> Result<T, Error> {
        checked.inspect_err(|error| {
            if let Error::Forbidden(refused) = error {
                self.note_refusal(caller, *refused, operation);
            }
        })
    }
}

/// Checks the access to a command, which the scope of `unit` may not prove: see
/// [`Access::require_on_projects`]. The record stays in its project until the unit of work ends.
pub(crate) async fn check(
    unit: &mut dyn UnitOfWork,
    access: &Access,
    permission: Permission,
    by: ByProject<'_>,
) -> Result<(), Error> {
    if is_decided(access, permission, &by)? {
        return Ok(());
    }
    let rights = rights(unit.project_grants(), access).await?;
    let Some(target) = target(&rights, permission, by)? else { return Ok(()) };
    let project = unit.project_grants().hold_project_of(target.record).await?;
    target.admit(access, &rights, permission, project)
}

/// The same for a query.
pub(crate) async fn check_view(
    unit: &mut dyn ReadUnit,
    access: &Access,
    permission: Permission,
    by: ByProject<'_>,
) -> Result<(), Error> {
    if is_decided(access, permission, &by)? {
        return Ok(());
    }
    let rights = rights(unit.project_grants(), access).await?;
    let Some(target) = target(&rights, permission, by)? else { return Ok(()) };
    let project = unit.project_grants().project_of(target.record).await?;
    target.admit(access, &rights, permission, project)
}

/// Whether the role in the organization is enough; refuses where no role on a project can admit.
fn is_decided(
    access: &Access,
    permission: Permission,
    by: &ByProject<'_>,
) -> Result<bool, Forbidden> {
    match access.require(permission) {
        Ok(_) => Ok(true),
        Err(Forbidden::Permission(_)) if !by.is_never() => Ok(false),
        Err(refused) => Err(refused),
    }
}

/// What the user behind the caller may do on single projects.
async fn rights(
    grants: &mut dyn ProjectGrantReader,
    access: &Access,
) -> Result<ProjectRights, Error> {
    let Some(user) = access.principal().user() else { return Ok(ProjectRights::default()) };
    Ok(ProjectRights::of(grants.roles_of(user).await?, access.on_projects()))
}

/// The projects on which the caller has a permission; refuses where there is none.
fn projects(rights: &ProjectRights, permission: Permission) -> Result<Vec<ProjectId>, Error> {
    let projects = rights.projects(permission);
    if projects.is_empty() { Err(Forbidden::Permission(permission).into()) } else { Ok(projects) }
}

/// Narrows a list, or answers the record that decides.
fn target(
    rights: &ProjectRights,
    permission: Permission,
    by: ByProject<'_>,
) -> Result<Option<Target>, Error> {
    let projects = projects(rights, permission)?;
    match by {
        ByProject::Never => Err(Forbidden::Permission(permission).into()),
        ByProject::In(target) => Ok(Some(target)),
        ByProject::Listing(among) => {
            *among = Some(projects);
            Ok(None)
        }
    }
}

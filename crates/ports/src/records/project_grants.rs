//! Roles on single projects, and the projects of records.

use async_trait::async_trait;
use plinth_domain::{
    AssignedRole, ContractId, DocumentId, Grantee, ProjectGrant, ProjectId, UserId,
};

use super::Constraint;
use crate::Result;

/// The project does not exist.
pub const PROJECT: Constraint = Constraint("project_grants_organization_id_project_id_fkey");
/// The user is no member of the organization.
pub const MEMBER: Constraint = Constraint("project_grants_organization_id_user_id_fkey");
/// The team does not exist.
pub const TEAM: Constraint = Constraint("project_grants_organization_id_team_id_fkey");
/// The custom role does not exist, or is removed while a grant has it.
pub const ROLE: Constraint = Constraint("project_grants_organization_id_role_id_fkey");
/// The member has a role on the project already.
pub const MEMBER_TAKEN: Constraint =
    Constraint("project_grants_organization_id_project_id_user_id_key");
/// The team has a role on the project already.
pub const TEAM_TAKEN: Constraint =
    Constraint("project_grants_organization_id_project_id_team_id_key");

/// What is in a project, or the project itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InProject {
    /// A project.
    Project(ProjectId),
    /// A document, which may belong to a project.
    Document(DocumentId),
    /// A contract, which may belong to a project.
    Contract(ContractId),
}

/// Reads roles on single projects.
#[async_trait]
pub trait ProjectGrantReader: Send {
    /// All grants on a project, the oldest first.
    async fn of_project(&mut self, project: ProjectId) -> Result<Vec<ProjectGrant>>;
    /// The grant on a project to a member or a team.
    async fn grant(&mut self, project: ProjectId, grantee: Grantee)
    -> Result<Option<ProjectGrant>>;
    /// The roles that a member has on projects: those given to the member, and to the member's teams,
    /// with the permissions that they have now.
    async fn roles_of(&mut self, user: UserId) -> Result<Vec<(ProjectId, AssignedRole)>>;
    /// The project whose roles open a record; `None` where the record is in none, does not exist, or is
    /// the PDF of an invoice. A project is not looked up.
    async fn project_of(&mut self, record: InProject) -> Result<Option<ProjectId>>;
}

/// Reads and writes roles on single projects. A grant goes with its project, its member and its team.
#[async_trait]
pub trait ProjectGrants: ProjectGrantReader {
    /// All grants to a member or a team.
    async fn of_grantee(&mut self, grantee: Grantee) -> Result<Vec<ProjectGrant>>;
    /// [`ProjectGrantReader::project_of`] a record, which stays there until the unit of work ends.
    async fn hold_project_of(&mut self, record: InProject) -> Result<Option<ProjectId>>;
    /// Stores a new grant.
    async fn give(&mut self, grant: &ProjectGrant) -> Result<()>;
    /// Stores the next revision; [`Stale`](crate::StoreError::Stale) unless the one before it is stored.
    async fn change(&mut self, grant: &ProjectGrant) -> Result<()>;
    /// Removes a grant; [`Stale`](crate::StoreError::Stale) unless exactly this revision is stored.
    async fn withdraw(&mut self, grant: &ProjectGrant) -> Result<()>;
}

/// Whether a record of this project is in one of these.
pub(super) fn is_among(project: Option<ProjectId>, among: &[ProjectId]) -> bool {
    project.is_some_and(|project| among.contains(&project))
}

//! Roles on single projects.

use std::collections::BTreeMap;

use crate::{
    AssignedRole, Id, Invalid, OrganizationId, Permission, PermissionSet, ProjectId, Revision,
    RoleRef, TeamId, Timestamp, UserId,
};

crate::codes! {
    PROJECT_ROLE_OWNER = "project_access.role_owner",
        "The role owner is one of organizations; a project has no owner.";
}

/// To whom a role on a project is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grantee {
    /// A member of the organization.
    Member(UserId),
    /// All members of a team.
    Team(TeamId),
}

impl Grantee {
    /// The member, if it is one.
    #[must_use]
    pub const fn member(self) -> Option<UserId> {
        if let Self::Member(user) = self { Some(user) } else { None }
    }

    /// The team, if it is one.
    #[must_use]
    pub const fn team(self) -> Option<TeamId> {
        if let Self::Team(team) = self { Some(team) } else { None }
    }
}

/// The identity of a grant.
pub type ProjectGrantId = Id<ProjectGrant>;

/// A role on one project, which adds to what the role in the organization allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProjectGrant {
    /// The identity.
    pub id: ProjectGrantId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The project.
    pub project: ProjectId,
    /// To whom the role is given.
    pub grantee: Grantee,
    /// The role: any but `owner`.
    pub role: RoleRef,
    /// The revision.
    pub revision: Revision,
}

impl ProjectGrant {
    /// The most grants on one project.
    pub const MOST_OF_PROJECT: usize = 200;
    /// The most grants to one member, and to one team.
    pub const MOST_OF_GRANTEE: usize = 200;

    /// A new grant.
    #[must_use]
    pub const fn give(
        id: ProjectGrantId,
        organization: OrganizationId,
        (project, grantee): (ProjectId, Grantee),
        role: RoleRef,
        at: Timestamp,
    ) -> Self {
        Self { id, organization, project, grantee, role, revision: Revision::first(at) }
    }

    /// The grant with another role.
    #[must_use]
    pub fn change(self, role: RoleRef, at: Timestamp) -> Self {
        Self { role, revision: self.revision.next(at), ..self }
    }
}

/// Checks that a role can be given on a project.
pub fn check_project_role(role: RoleRef) -> Result<RoleRef, Invalid> {
    if role == RoleRef::BuiltIn(crate::Role::Owner) {
        return Err(Invalid::new(PROJECT_ROLE_OWNER, "a project has no owner"));
    }
    Ok(role)
}

/// What a principal may do on single projects, beside what it may do in the whole organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectRights(BTreeMap<ProjectId, PermissionSet>);

impl ProjectRights {
    /// The rights of these roles, each on its project: several on one project add up. Only what is in
    /// `most` counts.
    #[must_use]
    pub fn of(
        roles: impl IntoIterator<Item = (ProjectId, AssignedRole)>,
        most: PermissionSet,
    ) -> Self {
        let mut rights = Self::default();
        for (project, role) in roles {
            let known = rights.0.entry(project).or_default();
            *known = known.union(role.permissions().intersection(most));
        }
        rights
    }

    /// Whether they allow it on this project.
    #[must_use]
    pub fn allow(&self, permission: Permission, project: ProjectId) -> bool {
        self.0.get(&project).is_some_and(|rights| rights.contains(permission))
    }

    /// Whether they allow anything on this project.
    #[must_use]
    pub fn know(&self, project: ProjectId) -> bool {
        self.0.get(&project).is_some_and(|rights| *rights != PermissionSet::default())
    }

    /// The projects on which they allow it.
    #[must_use]
    pub fn projects(&self, permission: Permission) -> Vec<ProjectId> {
        let allowed = self.0.iter().filter(|(_, rights)| rights.contains(permission));
        allowed.map(|(project, _)| *project).collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::Role;

    fn project(n: u128) -> ProjectId {
        Id::from_uuid(Uuid::from_u128(n))
    }

    #[test]
    fn the_role_owner_is_not_given_on_a_project() {
        for role in Role::ALL {
            let checked = check_project_role(role.into());
            assert_eq!(checked.is_err(), role == Role::Owner, "{role:?}");
        }
        let custom = RoleRef::Custom(Id::from_uuid(Uuid::nil()));
        assert_eq!(check_project_role(custom), Ok(custom));
    }

    #[test]
    fn a_role_counts_on_its_project_alone_and_several_add_up() {
        let custom = AssignedRole::Custom {
            id: Id::from_uuid(Uuid::nil()),
            permissions: [Permission::ProjectUpdate].into_iter().collect(),
        };
        let roles = [(project(1), Role::Viewer.into()), (project(1), custom), (project(2), custom)];
        let rights = ProjectRights::of(roles, PermissionSet::ALL);
        assert!(rights.allow(Permission::ProjectRead, project(1)));
        assert!(rights.allow(Permission::ProjectUpdate, project(1)));
        assert!(!rights.allow(Permission::ProjectDelete, project(1)));
        assert!(!rights.allow(Permission::ProjectRead, project(2)));
        assert!(!rights.allow(Permission::ProjectRead, project(3)));
        assert_eq!(rights.projects(Permission::ProjectRead), [project(1)]);
        assert_eq!(rights.projects(Permission::ProjectUpdate), [project(1), project(2)]);
        assert_eq!(rights.projects(Permission::ProjectDelete), []);
    }

    #[test]
    fn a_role_gives_no_more_than_the_bound() {
        let most = [Permission::ProjectRead].into_iter().collect();
        let roles = [(project(1), Role::Admin.into()), (project(2), Role::Admin.into())];
        let rights = ProjectRights::of(roles, most);
        assert!(rights.allow(Permission::ProjectRead, project(1)));
        assert!(!rights.allow(Permission::DocumentRead, project(1)));
        let nothing = ProjectRights::of(roles, PermissionSet::default());
        assert!(!nothing.know(project(1)) && rights.know(project(1)));
    }

    #[test]
    fn another_role_is_another_revision() {
        let at = Timestamp::UNIX_EPOCH;
        let id = Uuid::nil();
        let subject = (project(1), Grantee::Team(Id::from_uuid(id)));
        let (id, owner) = (Id::from_uuid(id), Id::from_uuid(id));
        let grant = ProjectGrant::give(id, owner, subject, Role::Viewer.into(), at);
        let changed = grant.change(Role::Member.into(), at);
        assert_eq!(changed.revision, grant.revision.next(at));
        let role = Role::Viewer.into();
        assert_eq!(ProjectGrant { role, revision: grant.revision, ..changed }, grant);
        assert_eq!(
            (grant.grantee.member(), grant.grantee.team()),
            (None, Some(Id::from_uuid(Uuid::nil())))
        );
    }
}

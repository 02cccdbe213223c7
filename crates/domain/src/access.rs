use uuid::Uuid;

use crate::{
    ApiKey, ApiKeyId, Job, JobId, JobState, Membership, MembershipError, OrganizationId,
    Permission, PermissionSet, Role, Timestamp, UserId,
};

/// The principal: who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Principal {
    /// A user.
    User(UserId),
    /// An API key, created by a user.
    ApiKey {
        /// The identity of the key.
        id: ApiKeyId,
        /// The user who created it, and whose permissions limit the key's.
        creator: UserId,
    },
    /// A worker, on behalf of a job.
    Worker(JobId),
}

impl Principal {
    /// The user, or the creator of the key; `None` for a worker.
    #[must_use]
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(user) | Self::ApiKey { creator: user, .. } => Some(user),
            Self::Worker(_) => None,
        }
    }

    /// The key; `None` for a user and for a worker.
    #[must_use]
    pub const fn api_key(self) -> Option<ApiKeyId> {
        match self {
            Self::ApiKey { id, .. } => Some(id),
            Self::User(_) | Self::Worker(_) => None,
        }
    }

    /// The kind in the API and in the database.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::ApiKey { .. } => "api_key",
            Self::Worker(_) => "worker",
        }
    }

    /// The identity of the user, the key or the job.
    #[must_use]
    pub const fn id(self) -> Uuid {
        match self {
            Self::User(user) => user.uuid(),
            Self::ApiKey { id, .. } => id.uuid(),
            Self::Worker(job) => job.uuid(),
        }
    }
}

/// Proof that one principal was admitted to one organization.
///
/// It is created only from a membership, an API key or a running job. A permission that it carries
/// is the only source of a [`TenantScope`]:
///
/// ```
/// # use plinth_domain::{Access, Membership, Permission, TenantScope};
/// fn scope(membership: &Membership) -> Option<TenantScope> {
///     Access::of_member(membership).require(Permission::ProjectRead).ok()
/// }
/// ```
///
/// There is no scope without a permission. Operations of users on their own account (read the
/// profile, change the password) do not give a scope:
///
/// ```compile_fail
/// # use plinth_domain::{Access, TenantScope};
/// fn scope(access: &Access) -> TenantScope {
///     access.own()
/// }
/// ```
///
/// Neither type can be constructed from its fields:
///
/// ```compile_fail
/// # use plinth_domain::{OrganizationId, Principal, TenantScope};
/// fn scope(organization: OrganizationId, principal: Principal) -> TenantScope {
///     TenantScope { organization, principal }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    organization: OrganizationId,
    principal: Principal,
    role: Option<Role>,
    permissions: PermissionSet,
    is_bound: bool,
}

/// Proof that an [`Access`] carried the permission which a use case declares.
/// A unit of work cannot begin without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenantScope {
    organization: OrganizationId,
    principal: Principal,
}

/// The principal lacks this permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the permission {} is missing", .0.name())]
pub struct Forbidden(pub Permission);

impl Access {
    /// The access of a member: all permissions of the role.
    #[must_use]
    pub fn of_member(membership: &Membership) -> Self {
        Self {
            organization: membership.organization,
            principal: Principal::User(membership.user),
            role: Some(membership.role),
            permissions: membership.role.permissions(),
            is_bound: false,
        }
    }

    /// The access of an API key: its granted permissions, limited by the current
    /// permissions of its creator. `None` when it is revoked, expired, or was
    /// created by another member.
    #[must_use]
    pub fn of_api_key(key: &ApiKey, creator: &Membership, now: Timestamp) -> Option<Self> {
        let admitted = key.is_live(now)
            && key.organization == creator.organization
            && key.created_by == creator.user;
        admitted.then(|| Self {
            organization: key.organization,
            principal: Principal::ApiKey { id: key.id, creator: key.created_by },
            role: None,
            permissions: key.grant.permissions().intersection(creator.role.permissions()),
            is_bound: key.prompts.is_some(),
        })
    }

    /// The access of the worker that runs a job: the permissions of a member.
    /// `None` unless the job is running.
    #[must_use]
    pub fn of_job(job: &Job) -> Option<Self> {
        (job.state == JobState::Running).then(|| Self {
            organization: job.organization,
            principal: Principal::Worker(job.id),
            role: None,
            permissions: Role::Member.permissions(),
            is_bound: false,
        })
    }

    /// The scope for a use case that requires `permission`.
    pub fn require(&self, permission: Permission) -> Result<TenantScope, Forbidden> {
        if self.permissions.contains(permission) {
            Ok(TenantScope { organization: self.organization, principal: self.principal })
        } else {
            Err(Forbidden(permission))
        }
    }

    /// The organization that the access is limited to.
    #[must_use]
    pub const fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// The principal that acts.
    #[must_use]
    pub const fn principal(&self) -> Principal {
        self.principal
    }

    /// The member's role; `None` for an API key.
    #[must_use]
    pub const fn role(&self) -> Option<Role> {
        self.role
    }

    /// Checks that the principal may give `role` to a member, or take it from one: it needs every
    /// permission of the role. The role `owner` also needs an owner, which an API key never is.
    pub fn check_role(&self, role: Role) -> Result<(), MembershipError> {
        if role == Role::Owner && self.role != Some(Role::Owner) {
            return Err(MembershipError::OwnersOnly);
        }
        if self.permissions.includes(role.permissions()) {
            Ok(())
        } else {
            Err(MembershipError::ExceedsActor)
        }
    }

    /// Changes the role of a member. The principal needs the rights of the old role and of the new
    /// one. `owners` is the current number of owners.
    pub fn change_role(
        &self,
        member: Membership,
        role: Role,
        owners: u64,
        at: Timestamp,
    ) -> Result<Membership, MembershipError> {
        self.check_role(member.role)?;
        self.check_role(role)?;
        member.change_role(role, owners, at)
    }

    /// Checks that the principal, who needs the rights of the member's role, may remove the member.
    /// `owners` is the current number of owners.
    pub fn check_removal(&self, member: &Membership, owners: u64) -> Result<(), MembershipError> {
        self.check_role(member.role)?;
        member.check_leaving(owners)
    }

    /// Whether the principal may invite members with `role`.
    #[must_use]
    pub fn may_invite(&self, role: Role) -> bool {
        self.permissions.contains(Permission::InvitationCreate) && self.check_role(role).is_ok()
    }

    /// The permissions.
    #[must_use]
    pub const fn permissions(&self) -> PermissionSet {
        self.permissions
    }

    /// Whether the principal is an API key that executes only the prompts that it is bound to.
    #[must_use]
    pub const fn is_bound_to_prompts(&self) -> bool {
        self.is_bound
    }
}

impl TenantScope {
    /// The organization whose rows are in scope.
    #[must_use]
    pub const fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// The principal that acts.
    #[must_use]
    pub const fn principal(&self) -> Principal {
        self.principal
    }
}

#[cfg(test)]
mod tests;

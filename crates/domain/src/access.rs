mod assurance;

use uuid::Uuid;

use crate::{
    ApiKey, ApiKeyId, AssignedRole, DocumentLinkId, Job, JobId, JobState, Membership,
    MembershipError, OperatorName, OrganizationId, Permission, PermissionSet, Role, SupportAccess,
    SupportSession, SupportSessionId, Timestamp, UserId, WebhookId, WebhookTurn,
};

pub use assurance::Assurance;

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
    /// A worker that sends events to a webhook.
    Webhook(WebhookId),
    /// A reader without an account, by a link to a document.
    DocumentLink(DocumentLinkId),
    /// An operator of the installation, in a support session.
    Operator {
        /// The session.
        session: SupportSessionId,
        /// The operator.
        name: OperatorName,
    },
}

impl Principal {
    /// The user, or the creator of the key; `None` for a worker.
    #[must_use]
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(user) | Self::ApiKey { creator: user, .. } => Some(user),
            Self::Worker(_) | Self::Webhook(_) | Self::DocumentLink(_) | Self::Operator { .. } => {
                None
            }
        }
    }

    /// The key; `None` for a user and for a worker.
    #[must_use]
    pub const fn api_key(self) -> Option<ApiKeyId> {
        match self {
            Self::ApiKey { id, .. } => Some(id),
            Self::User(_)
            | Self::Worker(_)
            | Self::Webhook(_)
            | Self::DocumentLink(_)
            | Self::Operator { .. } => None,
        }
    }

    /// The kind in the API and in the database.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::ApiKey { .. } => "api_key",
            Self::Worker(_) => "worker",
            Self::Webhook(_) => "webhook",
            Self::DocumentLink(_) => "document_link",
            Self::Operator { .. } => "operator",
        }
    }

    /// The identity of the user, the key or the job.
    #[must_use]
    pub const fn id(self) -> Uuid {
        match self {
            Self::User(user) => user.uuid(),
            Self::ApiKey { id, .. } => id.uuid(),
            Self::Worker(job) => job.uuid(),
            Self::Webhook(webhook) => webhook.uuid(),
            Self::DocumentLink(link) => link.uuid(),
            Self::Operator { session, .. } => session.uuid(),
        }
    }
}

/// Proof that one principal was admitted to one organization.
///
/// It is created only from a membership, an API key or a running job. A permission that it carries, or
/// that a role on a single project may give, is the only source of a [`TenantScope`]:
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
    role: Option<AssignedRole>,
    permissions: PermissionSet,
    /// The most that roles on single projects can add.
    on_projects: PermissionSet,
    is_bound: bool,
    is_suspended: bool,
    assurance: Assurance,
}

/// Proof that an [`Access`] carried the permission which a use case declares, or that a role on a
/// single project may give it. A unit of work cannot begin without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenantScope {
    organization: OrganizationId,
    principal: Principal,
}

/// Why an access gives no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// The principal lacks this permission.
    #[error("the permission {} is missing", .0.name())]
    Permission(Permission),
    /// The organization requires a second factor, and the account has none.
    #[error("the organization requires a second factor, and the account has none")]
    SecondFactor,
    /// The organization is suspended.
    #[error("the organization is suspended")]
    Suspended,
}

impl Access {
    /// The access of a member: all permissions of the role.
    #[must_use]
    pub fn of_member(membership: &Membership) -> Self {
        Self {
            organization: membership.organization,
            principal: Principal::User(membership.user),
            role: Some(membership.role),
            permissions: membership.role.permissions(),
            on_projects: PermissionSet::ALL,
            is_bound: false,
            is_suspended: false,
            assurance: Assurance::default(),
        }
    }

    /// The same access of a user, of whose proofs this is known. Where the organization requires a
    /// second factor and the account has none, no permission is left.
    #[must_use]
    pub fn assured(self, assurance: Assurance) -> Self {
        let permissions =
            if assurance.lacks_factor() { PermissionSet::default() } else { self.permissions };
        Self { permissions, assurance, ..self }
    }

    /// The access of an API key: its granted permissions, limited by the current
    /// permissions of its creator. `None` when it is revoked, expired, or was
    /// created by another member.
    #[must_use]
    pub fn of_api_key(key: &ApiKey, creator: &Membership, now: Timestamp) -> Option<Self> {
        let admitted = key.is_live(now)
            && key.organization == creator.organization
            && key.created_by == creator.user;
        let is_bound = key.prompts.is_some();
        let granted = key.grant.permissions();
        admitted.then(|| Self {
            organization: key.organization,
            principal: Principal::ApiKey { id: key.id, creator: key.created_by },
            role: None,
            permissions: granted.intersection(creator.role.permissions()),
            on_projects: if is_bound { PermissionSet::default() } else { granted },
            is_bound,
            is_suspended: false,
            assurance: Assurance::default(),
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
            on_projects: PermissionSet::default(),
            is_bound: false,
            is_suspended: false,
            assurance: Assurance::default(),
        })
    }

    /// The access of the worker that sends the events of a webhook: to them, and to what becomes of
    /// them.
    #[must_use]
    pub fn of_webhook(turn: WebhookTurn) -> Self {
        Self {
            organization: turn.organization,
            principal: Principal::Webhook(turn.webhook),
            role: None,
            permissions: [Permission::EventRead, Permission::WebhookUpdate].into_iter().collect(),
            on_projects: PermissionSet::default(),
            is_bound: false,
            is_suspended: false,
            assurance: Assurance::default(),
        }
    }

    /// The access of a reader by a link, whose token was verified: to documents. The use cases of links
    /// read the link's document alone.
    #[must_use]
    pub fn of_document_link(organization: OrganizationId, link: DocumentLinkId) -> Self {
        Self {
            organization,
            principal: Principal::DocumentLink(link),
            role: None,
            permissions: [Permission::DocumentRead].into_iter().collect(),
            on_projects: PermissionSet::default(),
            is_bound: false,
            is_suspended: false,
            assurance: Assurance::default(),
        }
    }

    /// The access of an operator in a support session: what the organization has consented to. `None`
    /// when the session has ended.
    #[must_use]
    pub fn of_support_session(session: &SupportSession, now: Timestamp) -> Option<Self> {
        session.is_live(now).then(|| Self {
            organization: session.organization,
            principal: Principal::Operator { session: session.id, name: session.operator },
            role: None,
            permissions: SupportAccess::permissions(session.read_only),
            on_projects: PermissionSet::default(),
            is_bound: false,
            is_suspended: false,
            assurance: Assurance::default(),
        })
    }

    /// The same access to an organization that is suspended: to nothing.
    #[must_use]
    pub fn suspended(self) -> Self {
        let none = PermissionSet::default();
        Self { permissions: none, on_projects: none, is_suspended: true, ..self }
    }

    /// The scope for a use case that requires `permission`.
    pub fn require(&self, permission: Permission) -> Result<TenantScope, Forbidden> {
        if self.is_suspended {
            Err(Forbidden::Suspended)
        } else if self.assurance.lacks_factor() {
            Err(Forbidden::SecondFactor)
        } else if self.permissions.contains(permission) {
            Ok(TenantScope { organization: self.organization, principal: self.principal })
        } else {
            Err(Forbidden::Permission(permission))
        }
    }

    /// The scope for a use case that a role on a single project can admit, too. Where the principal
    /// lacks `permission` in the organization, the use case reads and changes nothing before it has
    /// asked the store for these roles.
    pub fn require_on_projects(&self, permission: Permission) -> Result<TenantScope, Forbidden> {
        match self.require(permission) {
            Err(Forbidden::Permission(_)) if self.on_projects.contains(permission) => {
                Ok(TenantScope { organization: self.organization, principal: self.principal })
            }
            decided => decided,
        }
    }

    /// The most that roles on single projects can add to the permissions.
    #[must_use]
    pub const fn on_projects(&self) -> PermissionSet {
        self.on_projects
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
    pub const fn role(&self) -> Option<AssignedRole> {
        self.role
    }

    /// Whether the principal is an owner in person.
    #[must_use]
    pub fn is_owner(&self) -> bool {
        self.role.is_some_and(AssignedRole::is_owner)
    }

    /// Checks that the principal may give `role` to a member, take it from one, or make it: it needs
    /// every permission of the role. The role `owner` also needs an owner, which an API key never is.
    pub fn check_role(&self, role: AssignedRole) -> Result<(), MembershipError> {
        if role.is_owner() && !self.is_owner() {
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
        role: AssignedRole,
        owners: u64,
        at: Timestamp,
    ) -> Result<Membership, MembershipError> {
        self.check_role(member.role)?;
        self.check_role(role)?;
        member.change_role(role, owners, at)
    }

    /// Takes all access from a member, whose role the principal needs the rights of. `owners` is
    /// the current number of active owners.
    pub fn suspend(
        &self,
        member: Membership,
        owners: u64,
        at: Timestamp,
    ) -> Result<Membership, MembershipError> {
        self.check_role(member.role)?;
        member.suspend(owners, at)
    }

    /// Gives a suspended member the access back. The principal needs the rights of the member's
    /// role.
    pub fn reactivate(
        &self,
        member: Membership,
        at: Timestamp,
    ) -> Result<Membership, MembershipError> {
        self.check_role(member.role)?;
        member.reactivate(at)
    }

    /// Checks that the principal, who needs the rights of the member's role, may remove the member.
    /// `owners` is the current number of owners.
    pub fn check_removal(&self, member: &Membership, owners: u64) -> Result<(), MembershipError> {
        self.check_role(member.role)?;
        member.check_leaving(owners)
    }

    /// Whether the principal may invite members with `role`.
    #[must_use]
    pub fn may_invite(&self, role: AssignedRole) -> bool {
        self.permissions.contains(Permission::InvitationCreate) && self.check_role(role).is_ok()
    }

    /// The permissions.
    #[must_use]
    pub const fn permissions(&self) -> PermissionSet {
        self.permissions
    }

    /// What is known of how the user has proved who they are.
    #[must_use]
    pub const fn assurance(&self) -> Assurance {
        self.assurance
    }

    /// Whether the principal may do what needs a fresh proof: a user who has given one, or a
    /// principal that is no user and was authorized before.
    #[must_use]
    pub fn has_fresh_proof(&self, now: Timestamp) -> bool {
        !matches!(self.principal, Principal::User(_)) || self.assurance.is_fresh(now)
    }

    /// Whether the organization is suspended: then there is no access to anything.
    #[must_use]
    pub const fn is_suspended(&self) -> bool {
        self.is_suspended
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

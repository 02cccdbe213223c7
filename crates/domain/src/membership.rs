use crate::{
    AssignedRole, Id, InvalidTransition, OrganizationId, Revision, Role, Timestamp, UserId,
};

/// The identity of a membership.
pub type MembershipId = Id<Membership>;

/// Who is a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    /// A person, who logs in.
    Person,
    /// A service account: it has no password, and acts by API keys alone.
    Service,
}

impl MemberKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Person, Self::Service];

    /// Its name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Service => "service",
        }
    }

    /// Finds a kind by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The membership of a user in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The identity.
    pub id: MembershipId,
    /// The organization.
    pub organization: OrganizationId,
    /// The user.
    pub user: UserId,
    /// Who the user is.
    pub kind: MemberKind,
    /// The role of the user in the organization.
    pub role: AssignedRole,
    /// Since when the member has no access; `None` for an active one.
    pub suspended_at: Option<Timestamp>,
    /// The revision.
    pub revision: Revision,
}

/// Why a change of a membership is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MembershipError {
    /// The actor's role does not allow the change.
    #[error("only an owner can make, change or remove an owner")]
    OwnersOnly,
    /// The role has permissions that the actor lacks.
    #[error("the role has permissions that the caller lacks")]
    ExceedsActor,
    /// The organization would have no owner, and could not be managed any more.
    #[error("the last active owner can neither leave, step down nor be suspended")]
    LastOwner,
    /// A service account cannot log in, so it could not do what only an owner does.
    #[error("a service account cannot be an owner")]
    ServiceOwner,
    /// The member is suspended already, or is not.
    #[error(transparent)]
    Transition(#[from] InvalidTransition),
}

impl Membership {
    /// The first membership of a new organization.
    #[must_use]
    pub const fn found(
        id: MembershipId,
        organization: OrganizationId,
        user: UserId,
        at: Timestamp,
    ) -> Self {
        let (kind, revision) = (MemberKind::Person, Revision::first(at));
        let role = AssignedRole::BuiltIn(Role::Owner);
        Self { id, organization, user, kind, role, suspended_at: None, revision }
    }

    /// The membership of a new service account.
    pub const fn of_service(
        id: MembershipId,
        organization: OrganizationId,
        user: UserId,
        role: AssignedRole,
        at: Timestamp,
    ) -> Result<Self, MembershipError> {
        if role.is_owner() {
            return Err(MembershipError::ServiceOwner);
        }
        let found = Self::found(id, organization, user, at);
        Ok(Self { kind: MemberKind::Service, role, ..found })
    }

    /// Whether the member is not suspended.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.suspended_at.is_none()
    }

    /// Changes the role. `owners` is the current number of active owners. Only an access that was
    /// checked changes a member, see [`crate::Access::change_role`].
    pub(crate) fn change_role(
        self,
        role: AssignedRole,
        owners: u64,
        at: Timestamp,
    ) -> Result<Self, MembershipError> {
        if !role.is_owner() {
            self.check_leaving(owners)?;
        } else if self.kind == MemberKind::Service {
            return Err(MembershipError::ServiceOwner);
        }
        Ok(Self { role, revision: self.revision.next(at), ..self })
    }

    /// Takes all access from the member. See [`crate::Access::suspend`].
    pub(crate) fn suspend(self, owners: u64, at: Timestamp) -> Result<Self, MembershipError> {
        if !self.is_active() {
            let refused = InvalidTransition { from: "suspended", attempted: "suspend" };
            return Err(refused.into());
        }
        self.check_leaving(owners)?;
        Ok(Self { suspended_at: Some(at), revision: self.revision.next(at), ..self })
    }

    /// Gives the access back. See [`crate::Access::reactivate`].
    pub(crate) fn reactivate(self, at: Timestamp) -> Result<Self, MembershipError> {
        if self.is_active() {
            let refused = InvalidTransition { from: "active", attempted: "reactivate" };
            return Err(refused.into());
        }
        Ok(Self { suspended_at: None, revision: self.revision.next(at), ..self })
    }

    /// Checks that the member may leave. `owners` is the current number of active owners.
    pub fn check_leaving(&self, owners: u64) -> Result<(), MembershipError> {
        if self.role.is_owner() && self.is_active() && owners <= 1 {
            return Err(MembershipError::LastOwner);
        }
        Ok(())
    }
}

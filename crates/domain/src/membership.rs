use crate::{Id, OrganizationId, Revision, Role, Timestamp, UserId};

/// The identity of a membership.
pub type MembershipId = Id<Membership>;

/// The membership of a user in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The identity.
    pub id: MembershipId,
    /// The organization.
    pub organization: OrganizationId,
    /// The user.
    pub user: UserId,
    /// The role of the user in the organization.
    pub role: Role,
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
    #[error("the last owner can neither leave nor step down")]
    LastOwner,
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
        Self { id, organization, user, role: Role::Owner, revision: Revision::first(at) }
    }

    /// Changes the role. `owners` is the current number of owners. Only an access that was checked
    /// changes a member, see [`crate::Access::change_role`].
    pub(crate) fn change_role(
        self,
        role: Role,
        owners: u64,
        at: Timestamp,
    ) -> Result<Self, MembershipError> {
        if self.role == Role::Owner && role != Role::Owner && owners <= 1 {
            return Err(MembershipError::LastOwner);
        }
        Ok(Self { role, revision: self.revision.next(at), ..self })
    }

    /// Checks that the member may leave. `owners` is the current number of owners.
    pub fn check_leaving(&self, owners: u64) -> Result<(), MembershipError> {
        if self.role == Role::Owner && owners <= 1 {
            return Err(MembershipError::LastOwner);
        }
        Ok(())
    }
}

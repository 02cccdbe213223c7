use crate::{Access, Id, OrganizationId, Revision, Role, Timestamp, UserId};

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

    /// Changes the role. The actor needs the rights of the old role and of the new one. `owners` is
    /// the current number of owners.
    pub fn change_role(
        self,
        by: &Access,
        role: Role,
        owners: u64,
        at: Timestamp,
    ) -> Result<Self, MembershipError> {
        by.check_role(self.role)?;
        by.check_role(role)?;
        if self.role == Role::Owner && role != Role::Owner && owners <= 1 {
            return Err(MembershipError::LastOwner);
        }
        Ok(Self { role, revision: self.revision.next(at), ..self })
    }

    /// Checks that `by`, who needs the rights of the member's role, may remove the member. `owners`
    /// is the current number of owners.
    pub fn check_removal(&self, by: &Access, owners: u64) -> Result<(), MembershipError> {
        by.check_role(self.role)?;
        self.check_leaving(owners)
    }

    /// Checks that the member may leave. `owners` is the current number of owners.
    pub fn check_leaving(&self, owners: u64) -> Result<(), MembershipError> {
        if self.role == Role::Owner && owners <= 1 {
            return Err(MembershipError::LastOwner);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Id;
    use proptest::prelude::*;

    fn member(role: Role) -> Membership {
        let id = uuid::Uuid::nil();
        let at = Timestamp::UNIX_EPOCH;
        Membership {
            role,
            ..Membership::found(Id::from_uuid(id), Id::from_uuid(id), Id::from_uuid(id), at)
        }
    }

    fn any_role() -> impl Strategy<Value = Role> {
        proptest::sample::select(&Role::ALL[..])
    }

    proptest! {
        #[test]
        fn no_change_of_role_leaves_an_organization_without_owner(
            by in any_role(), from in any_role(), to in any_role(), others in 0u64..3,
        ) {
            let owners = others + u64::from(from == Role::Owner);
            let by = Access::of_member(&member(by));
            if let Ok(changed) = member(from).change_role(&by, to, owners, Timestamp::UNIX_EPOCH) {
                let left = others + u64::from(changed.role == Role::Owner);
                prop_assert!(left >= 1 || owners == 0);
            }
        }

        #[test]
        fn only_an_owner_changes_an_owner(by in any_role(), to in any_role()) {
            prop_assume!(by != Role::Owner);
            let (by, at) = (Access::of_member(&member(by)), Timestamp::UNIX_EPOCH);
            prop_assert!(member(Role::Owner).change_role(&by, to, 9, at).is_err());
            prop_assert!(member(to).change_role(&by, Role::Owner, 9, at).is_err());
            prop_assert!(member(Role::Owner).check_removal(&by, 9).is_err());
        }
    }
}

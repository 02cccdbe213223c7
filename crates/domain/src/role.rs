use crate::{Permission, PermissionSet};

/// What a member is in an organization, the mightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Everything; the only one that makes owners.
    Owner,
    /// Everything but changes to owners.
    Admin,
    /// Writes the books, reads the rest.
    Accountant,
    /// Does the work: writes projects.
    Member,
    /// Reads.
    Viewer,
}

impl Role {
    /// Every role there is.
    pub const ALL: [Self; 5] =
        [Self::Owner, Self::Admin, Self::Accountant, Self::Member, Self::Viewer];

    /// Its name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Accountant => "accountant",
            Self::Member => "member",
            Self::Viewer => "viewer",
        }
    }

    /// Finds a role by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The role table: what each role may do.
    #[must_use]
    pub const fn allows(self, permission: Permission) -> bool {
        use Permission as P;
        match permission {
            P::OrganizationRead
            | P::MemberRead
            | P::ProjectRead
            | P::DocumentRead
            | P::JobRead
            | P::EventRead
            | P::FeatureFlagRead => true,
            P::ProjectCreate
            | P::ProjectUpdate
            | P::ProjectDelete
            | P::DocumentCreate
            | P::DocumentUpdate
            | P::DocumentDelete
            | P::JobRetry
            | P::JobCancel => matches!(self, Self::Owner | Self::Admin | Self::Member),
            P::AuditLogRead => matches!(self, Self::Owner | Self::Admin | Self::Accountant),
            P::OrganizationUpdate
            | P::MemberUpdate
            | P::MemberRemove
            | P::InvitationRead
            | P::InvitationCreate
            | P::InvitationRevoke
            | P::ApiKeyRead
            | P::ApiKeyCreate
            | P::ApiKeyRevoke
            | P::FeatureFlagUpdate => matches!(self, Self::Owner | Self::Admin),
        }
    }

    /// All that the role may do.
    #[must_use]
    pub fn permissions(self) -> PermissionSet {
        Permission::ALL.iter().copied().filter(|p| self.allows(*p)).collect()
    }

    /// Whether somebody of this role may give or take `other`: owners are
    /// made, changed and removed by owners only.
    #[must_use]
    pub fn may_assign(self, other: Self) -> bool {
        self == Self::Owner || (self == Self::Admin && other != Self::Owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admin_lacks_nothing_an_accountant_member_or_viewer_has() {
        for role in Role::ALL {
            assert!(Role::Owner.permissions().includes(role.permissions()));
            if role != Role::Owner {
                assert!(Role::Admin.permissions().includes(role.permissions()));
            }
            assert!(role.permissions().includes(Role::Viewer.permissions()));
        }
    }

    #[test]
    fn only_an_owner_makes_owners() {
        for role in Role::ALL {
            assert_eq!(role.may_assign(Role::Owner), role == Role::Owner);
        }
    }
}

use crate::{CustomRole, CustomRoleId, PermissionSet, Role};

/// Names a role: a built-in one, or one that the organization has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoleRef {
    /// A built-in role.
    BuiltIn(Role),
    /// A custom role.
    Custom(CustomRoleId),
}

impl RoleRef {
    /// The built-in role, if it is one.
    #[must_use]
    pub const fn built_in(self) -> Option<Role> {
        if let Self::BuiltIn(role) = self { Some(role) } else { None }
    }

    /// The custom role, if it is one.
    #[must_use]
    pub const fn custom(self) -> Option<CustomRoleId> {
        if let Self::Custom(id) = self { Some(id) } else { None }
    }
}

impl From<Role> for RoleRef {
    fn from(role: Role) -> Self {
        Self::BuiltIn(role)
    }
}

/// The role of a member, with the permissions that it has now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignedRole {
    /// A built-in role.
    BuiltIn(Role),
    /// A custom role.
    Custom {
        /// The identity.
        id: CustomRoleId,
        /// Its permissions.
        permissions: PermissionSet,
    },
}

impl AssignedRole {
    /// Which role it is.
    #[must_use]
    pub const fn reference(self) -> RoleRef {
        match self {
            Self::BuiltIn(role) => RoleRef::BuiltIn(role),
            Self::Custom { id, .. } => RoleRef::Custom(id),
        }
    }

    /// The permissions of the role.
    #[must_use]
    pub fn permissions(self) -> PermissionSet {
        match self {
            Self::BuiltIn(role) => role.permissions(),
            Self::Custom { permissions, .. } => permissions,
        }
    }

    /// Whether it is the role of owners.
    #[must_use]
    pub const fn is_owner(self) -> bool {
        matches!(self, Self::BuiltIn(Role::Owner))
    }
}

impl From<Role> for AssignedRole {
    fn from(role: Role) -> Self {
        Self::BuiltIn(role)
    }
}

impl CustomRole {
    /// The role with its permissions, as members have it.
    #[must_use]
    pub const fn assigned(&self) -> AssignedRole {
        AssignedRole::Custom { id: self.id, permissions: self.permissions.set() }
    }
}

/// Declares each permission once, with the `resource:action` name that tokens,
/// API keys and the OpenAPI document use.
macro_rules! permissions {
    ($($variant:ident = $name:literal,)*) => {
        /// One thing that may be allowed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each name says it all")]
        pub enum Permission { $($variant,)* }

        impl Permission {
            /// Every permission there is.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its name: `project:read`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Finds a permission by its name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

permissions! {
    OrganizationRead = "organization:read",
    OrganizationUpdate = "organization:update",
    MemberRead = "member:read",
    MemberUpdate = "member:update",
    MemberRemove = "member:remove",
    InvitationRead = "invitation:read",
    InvitationCreate = "invitation:create",
    InvitationRevoke = "invitation:revoke",
    ApiKeyRead = "api_key:read",
    ApiKeyCreate = "api_key:create",
    ApiKeyRevoke = "api_key:revoke",
    ProjectRead = "project:read",
    ProjectCreate = "project:create",
    ProjectUpdate = "project:update",
    ProjectDelete = "project:delete",
    DocumentRead = "document:read",
    DocumentCreate = "document:create",
    DocumentUpdate = "document:update",
    DocumentDelete = "document:delete",
    JobRead = "job:read",
    JobRetry = "job:retry",
    JobCancel = "job:cancel",
    EventRead = "event:read",
    AuditLogRead = "audit_log:read",
    FeatureFlagRead = "feature_flag:read",
    FeatureFlagUpdate = "feature_flag:update",
}

/// A set of permissions, as cheap to copy as a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PermissionSet(u64);

impl PermissionSet {
    /// Whether `permission` is in it.
    #[must_use]
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u64) != 0
    }

    /// Those that are in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether all of `other` is in it.
    #[must_use]
    pub const fn includes(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Its permissions, in the order of [`Permission::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |p| self.contains(*p))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |set, p| set | 1 << p as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_permission() {
        for permission in Permission::ALL {
            assert_eq!(Permission::from_name(permission.name()), Some(*permission));
        }
        assert!(Permission::ALL.len() <= 64, "a set is one u64");
    }
}

//! Roles that an organization makes out of permissions.

use crate::{
    Id, Invalid, Lines, OrganizationId, Patch, Permission, PermissionSet, Revision, Role, Text,
    Timestamp, codes,
};

crate::codes! {
    ROLE_NAME_BUILT_IN = "role.name_built_in", "A built-in role has this name.";
    ROLE_OWNERS_ONLY = "role.owners_only",
        "A role cannot have a permission that only owners have.";
}

/// The name of a custom role: 1 to 100 characters, and not the name of a built-in role, in letters of
/// any case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CustomRoleName(Text<100>);

impl CustomRoleName {
    /// Parses a name and trims white space at both ends.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let name = Self::stored(text)?;
        if Role::from_name(&name.as_str().to_lowercase()).is_some() {
            return Err(Invalid::new(ROLE_NAME_BUILT_IN, "a built-in role has this name"));
        }
        Ok(name)
    }

    /// A name as stored. A later version may give a built-in role this name.
    pub fn stored(text: &str) -> Result<Self, Invalid> {
        Text::parse(text).map(Self)
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// The permissions of a custom role: at least one, and none that only owners have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RolePermissions(PermissionSet);

impl RolePermissions {
    /// Checks the permissions of a new role, or of a change.
    pub fn new(permissions: PermissionSet) -> Result<Self, Invalid> {
        if permissions == PermissionSet::default() {
            return Err(Invalid::new(codes::LIST_EMPTY, "at least one permission"));
        }
        match permissions.iter().find(|permission| permission.is_for_owners_only()) {
            None => Ok(Self(permissions)),
            Some(permission) => {
                let detail = format!("only owners have {}", permission.name());
                Err(Invalid::new(ROLE_OWNERS_ONLY, detail))
            }
        }
    }

    /// The permissions as stored, without those that a later version leaves to owners.
    #[must_use]
    pub fn stored(permissions: PermissionSet) -> Self {
        Self(permissions.iter().filter(|permission| !permission.is_for_owners_only()).collect())
    }

    /// The permissions.
    #[must_use]
    pub const fn set(self) -> PermissionSet {
        self.0
    }

    /// The names of the permissions.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(Permission::name)
    }
}

/// The values of a new role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomRoleDraft {
    /// The name.
    pub name: CustomRoleName,
    /// What it is for.
    pub description: Option<Lines<1000>>,
    /// Its permissions.
    pub permissions: RolePermissions,
}

/// A change of a role; absent fields keep their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomRoleChanges {
    /// The new name.
    pub name: Option<CustomRoleName>,
    /// The change of what it is for.
    pub description: Patch<Lines<1000>>,
    /// All its permissions from now on.
    pub permissions: Option<RolePermissions>,
}

/// The identity of a custom role.
pub type CustomRoleId = Id<CustomRole>;

/// A role that an organization has made out of permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomRole {
    /// The identity.
    pub id: CustomRoleId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The name, unique within the organization.
    pub name: CustomRoleName,
    /// What it is for.
    pub description: Option<Lines<1000>>,
    /// Its permissions.
    pub permissions: RolePermissions,
    /// The revision.
    pub revision: Revision,
}

impl CustomRole {
    /// The most custom roles of an organization.
    pub const MOST: u16 = 50;

    /// A new role.
    #[must_use]
    pub fn create(
        id: CustomRoleId,
        organization: OrganizationId,
        draft: CustomRoleDraft,
        at: Timestamp,
    ) -> Self {
        let CustomRoleDraft { name, description, permissions } = draft;
        Self { id, organization, name, description, permissions, revision: Revision::first(at) }
    }

    /// The role after a change.
    #[must_use]
    pub fn change(mut self, changes: CustomRoleChanges, at: Timestamp) -> Self {
        self.name = changes.name.unwrap_or(self.name);
        changes.description.apply(&mut self.description);
        self.permissions = changes.permissions.unwrap_or(self.permissions);
        Self { revision: self.revision.next(at), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(permissions: &[Permission]) -> PermissionSet {
        permissions.iter().copied().collect()
    }

    #[test]
    fn a_name_is_not_that_of_a_built_in_role() {
        for name in ["admin", " Owner ", "VIEWER"] {
            assert_eq!(CustomRoleName::parse(name).unwrap_err().code, ROLE_NAME_BUILT_IN, "{name}");
        }
        assert_eq!(CustomRoleName::parse(" Site admin ").unwrap().as_str(), "Site admin");
        assert_eq!(CustomRoleName::parse(&"a".repeat(101)).unwrap_err().code, codes::TEXT_TOO_LONG);
    }

    #[test]
    fn a_role_has_at_least_one_permission_and_none_of_owners_only() {
        assert_eq!(RolePermissions::new(set(&[])).unwrap_err().code, codes::LIST_EMPTY);
        for permission in Permission::ALL {
            let both = set(&[Permission::ProjectRead, *permission]);
            let owners_only = !Role::Admin.allows(*permission);
            assert_eq!(RolePermissions::new(both).is_err(), owners_only, "{}", permission.name());
            assert_eq!(RolePermissions::stored(both).set().contains(*permission), !owners_only);
        }
        let erase = set(&[Permission::OrganizationErase]);
        assert_eq!(RolePermissions::new(erase).unwrap_err().code, ROLE_OWNERS_ONLY);
    }

    #[test]
    fn a_change_replaces_what_it_names() {
        let id = uuid::Uuid::nil();
        let draft = CustomRoleDraft {
            name: CustomRoleName::parse("Site manager").unwrap(),
            description: Some(Lines::parse("Of one site").unwrap()),
            permissions: RolePermissions::new(set(&[Permission::ProjectRead])).unwrap(),
        };
        let at = Timestamp::UNIX_EPOCH;
        let role = CustomRole::create(Id::from_uuid(id), Id::from_uuid(id), draft, at);
        let kept = role.clone().change(CustomRoleChanges::default(), at);
        assert_eq!(kept.revision, role.revision.next(at));
        assert_eq!(CustomRole { revision: role.revision, ..kept }, role);
        let permissions = RolePermissions::new(set(&[Permission::ProjectUpdate])).unwrap();
        let changes = CustomRoleChanges {
            name: Some(CustomRoleName::parse("Planner").unwrap()),
            description: Patch::Clear,
            permissions: Some(permissions),
        };
        let changed = role.change(changes, at);
        assert_eq!((changed.name.as_str(), changed.description), ("Planner", None));
        assert_eq!(changed.permissions, permissions);
    }
}

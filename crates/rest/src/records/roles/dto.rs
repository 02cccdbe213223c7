use chrono::{DateTime, Utc};
use plinth_domain::{
    CustomRole, CustomRoleChanges, CustomRoleDraft, CustomRoleName, Lines, Permission, Role,
    RolePermissions,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    json::{Faults, Form, Merge},
    values::{PermissionName, permissions},
};

/// A role. A built-in one is named by its name, cannot be changed, and has neither an id nor a version.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleDefinitionView {
    /// What `role_id` of members and invitations names; `null` for a built-in role.
    id: Option<Uuid>,
    #[schema(example = "Site manager")]
    name: String,
    built_in: bool,
    description: Option<String>,
    #[schema(value_type = Vec<PermissionName>, example = json!(["project:read"]))]
    permissions: Vec<&'static str>,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: Option<i64>,
    created_at: Option<DateTime<Utc>>,
    updated_at: Option<DateTime<Utc>>,
}

impl From<CustomRole> for RoleDefinitionView {
    fn from(role: CustomRole) -> Self {
        Self {
            id: Some(role.id.uuid()),
            name: role.name.as_str().to_owned(),
            built_in: false,
            description: role.description.map(|text| text.as_str().to_owned()),
            permissions: role.permissions.names().collect(),
            version: Some(role.revision.version.number()),
            created_at: Some(role.revision.created_at),
            updated_at: Some(role.revision.updated_at),
        }
    }
}

impl From<Role> for RoleDefinitionView {
    fn from(role: Role) -> Self {
        Self {
            id: None,
            name: role.name().to_owned(),
            built_in: true,
            description: None,
            permissions: role.permissions().iter().map(Permission::name).collect(),
            version: None,
            created_at: None,
            updated_at: None,
        }
    }
}

/// A new role. The organization may have 50.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRole {
    /// Unique, and not the name of a built-in role.
    #[schema(min_length = 1, max_length = 100, example = "Site manager")]
    name: String,
    #[schema(
        min_length = 1,
        max_length = 1000,
        pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$"
    )]
    description: Option<String>,
    /// None that only owners have: `organization:erase`, `organization:export`, `sso:update`.
    #[schema(value_type = Vec<PermissionName>, min_items = 1, max_items = 128, example = json!(["project:read", "project:update"]))]
    permissions: Vec<String>,
}

impl Form for NewRole {
    type Value = CustomRoleDraft;

    fn check(self, f: &mut Faults) -> Option<CustomRoleDraft> {
        let name = f.check("/name", CustomRoleName::parse(&self.name));
        let description =
            f.check_some("/description", self.description, |text| Lines::parse(&text));
        let given = permissions(&self.permissions).and_then(RolePermissions::new);
        let permissions = f.check("/permissions", given);
        Some(CustomRoleDraft { name: name?, description: description?, permissions: permissions? })
    }
}

/// A change to a role: a merge patch (RFC 7396). `permissions` are replaced as a whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RolePatch {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "Site manager")]
    name: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1000, pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$")]
    description: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Vec<PermissionName>, min_items = 1, max_items = 128, example = json!(["project:read"]))]
    permissions: Merge<Vec<String>>,
}

impl Form for RolePatch {
    type Value = CustomRoleChanges;

    fn check(self, f: &mut Faults) -> Option<CustomRoleChanges> {
        let name = self.name.required(f, "/name", |text| CustomRoleName::parse(&text));
        let description = self.description.optional(f, "/description", |text| Lines::parse(&text));
        let permissions = self.permissions.required(f, "/permissions", |names| {
            permissions(&names).and_then(RolePermissions::new)
        });
        Some(CustomRoleChanges {
            name: name?,
            description: description?,
            permissions: permissions?,
        })
    }
}

use plinth_domain::{
    CustomRole, CustomRoleName, OrganizationId, Permission, Role, RolePermissions, RoleRef,
};
use plinth_ports::{CustomRoleSort, Result};
use sea_orm::{Condition, Set, entity::prelude::*};

use super::Stored;
use crate::{
    row::{FromRow, Row},
    value::{set, text},
};

/// What the column `role` of members and invitations says where the role is a custom one. Programs of
/// the version before read it, and what they write over it counts.
pub(super) const STAND_IN: Role = Role::Viewer;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub description: Option<String>,
    pub permissions: Vec<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
text!(CustomRoleName: CustomRoleName::stored);

impl FromRow for CustomRole {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let names: Vec<String> = row.get(Column::Permissions)?;
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            name: row.value(Column::Name)?,
            description: row.value(Column::Description)?,
            permissions: permissions(&names),
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for CustomRole {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            name: set(&self.name),
            description: set(&self.description),
            permissions: Set(self.permissions.names().map(str::to_owned).collect()),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition((): &()) -> Condition {
        Condition::all()
    }

    fn column(sort: CustomRoleSort) -> Column {
        match sort {
            CustomRoleSort::Name => Column::Name,
        }
    }
}

/// The permissions of a role. One that no longer exists in this version is ignored.
pub(super) fn permissions(names: &[String]) -> RolePermissions {
    let known = names.iter().filter_map(|name| Permission::from_name(name));
    RolePermissions::stored(known.collect())
}

/// The value of the column `role` for this role.
pub(super) fn column(role: RoleRef) -> String {
    role.built_in().unwrap_or(STAND_IN).name().to_owned()
}

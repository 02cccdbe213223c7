use plinth_domain::{CustomRoleId, Id, Membership, OrganizationId};
use sea_orm::{
    Condition, QuerySelect, QueryTrait, Value, entity::prelude::*, sea_query::SelectStatement,
};

use crate::sql::Sql;

const PUT: &str = "INSERT INTO member_roles (organization_id, id, role_id) VALUES ($1, $2, $3)
    ON CONFLICT (organization_id, id) DO UPDATE SET role_id = excluded.role_id,
        updated_at = now(), version = member_roles.version + 1";

const REMOVE: &str = "DELETE FROM member_roles WHERE organization_id = $1 AND id = $2";

/// The custom role of a membership with the same id. There is none for a built-in role.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member_roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub role_id: Uuid,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

/// The statement that stores the custom role of a membership, or that it has none.
pub fn put(membership: &Membership, organization: OrganizationId) -> Sql {
    let mut values: Vec<Value> = vec![organization.uuid().into(), membership.id.uuid().into()];
    match membership.role.reference().custom() {
        Some(role) => {
            values.push(role.uuid().into());
            Sql::fixed(PUT, values)
        }
        None => Sql::fixed(REMOVE, values),
    }
}

/// The ids of the memberships with one of these roles; with any custom role without a list.
pub fn memberships(
    organization: OrganizationId,
    roles: Option<Vec<CustomRoleId>>,
) -> SelectStatement {
    let roles = roles.map(|roles| Column::RoleId.is_in(roles.into_iter().map(Id::uuid)));
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Condition::all().add_option(roles))
        .into_query()
}

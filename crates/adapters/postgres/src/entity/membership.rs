//! `memberships`: who is what in which organization.

use plinth_domain::{Email, Membership, Name, Organization, Role};
use plinth_ports::{Affiliation, Member, Result};
use sea_orm::{NotSet, Set, entity::prelude::*};

use super::person;
use crate::row::{FromRow, Row};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub role: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::user::Entity",
        from = "Column::UserId",
        to = "super::user::Column::Id"
    )]
    User,
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "Column::UserId",
        to = "super::person::Column::Id"
    )]
    Person,
    #[sea_orm(
        belongs_to = "super::organization::Entity",
        from = "Column::OrganizationId",
        to = "super::organization::Column::Id"
    )]
    Organization,
}

impl ActiveModelBehavior for ActiveModel {}

impl FromRow for Membership {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.id(Column::Id)?,
            organization: row.id(Column::OrganizationId)?,
            user: row.id(Column::UserId)?,
            role: row.known(Column::Role, Role::from_name)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl FromRow for Member {
    type Entity = Entity;

    /// Joined with `person`.
    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let person = row.joined::<person::Entity>();
        Ok(Self {
            membership: Membership::from_row(row)?,
            email: person.parse(person::Column::Email, Email::parse)?,
            name: person.parse(person::Column::Name, Name::parse)?,
        })
    }
}

impl FromRow for Affiliation {
    type Entity = Entity;

    /// Joined with `organization`.
    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            membership: Membership::from_row(row)?,
            organization: Organization::from_row(&row.joined())?,
        })
    }
}

impl From<&Membership> for ActiveModel {
    fn from(membership: &Membership) -> Self {
        Self {
            organization_id: NotSet,
            id: Set(membership.id.uuid()),
            user_id: Set(membership.user.uuid()),
            role: Set(membership.role.name().to_owned()),
            version: Set(membership.revision.version.number()),
            created_at: Set(membership.revision.created_at),
            updated_at: Set(membership.revision.updated_at),
        }
    }
}

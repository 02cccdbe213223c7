//! `memberships`: who is what in which organization.

use domain::{Email, Id, Membership, Name, Role};
use ports::{Member, StoreError};
use sea_orm::{FromQueryResult, NotSet, Set, entity::prelude::*};

use super::{known, parsed, revision};

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
        belongs_to = "super::organization::Entity",
        from = "Column::OrganizationId",
        to = "super::organization::Column::Id"
    )]
    Organization,
}

impl ActiveModelBehavior for ActiveModel {}

/// A row with the person's public face.
#[derive(Debug, FromQueryResult)]
pub struct WithUser {
    #[sea_orm(nested)]
    membership: Model,
    email: String,
    user_name: String,
}

impl TryFrom<Model> for Membership {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: Id::from_uuid(row.id),
            organization: Id::from_uuid(row.organization_id),
            user: Id::from_uuid(row.user_id),
            role: known("memberships", "role", Role::from_name(&row.role))?,
            revision: revision(row.version, row.created_at, row.updated_at),
        })
    }
}

impl TryFrom<WithUser> for Member {
    type Error = StoreError;

    fn try_from(row: WithUser) -> Result<Self, StoreError> {
        Ok(Self {
            membership: row.membership.try_into()?,
            email: parsed("users", "email", Email::parse(&row.email))?,
            name: parsed("users", "name", Name::parse(&row.user_name))?,
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

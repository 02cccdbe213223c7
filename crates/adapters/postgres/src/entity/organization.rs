//! `organizations`: the tenants themselves. Each is its own and only row.

use domain::{Id, Name, Organization, OrganizationStatus, Slug};
use ports::StoreError;
use sea_orm::{Set, entity::prelude::*};

use super::{known, parsed, revision, settings};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organizations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub slug: String,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub settings: String,
    pub status: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Organization {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: Id::from_uuid(row.id),
            name: parsed("organizations", "name", Name::parse(&row.name))?,
            slug: parsed("organizations", "slug", Slug::parse(&row.slug))?,
            settings: settings::decode(&row.settings)?,
            status: known("organizations", "status", OrganizationStatus::from_name(&row.status))?,
            revision: revision(row.version, row.created_at, row.updated_at),
        })
    }
}

impl From<&Organization> for ActiveModel {
    fn from(organization: &Organization) -> Self {
        Self {
            id: Set(organization.id.uuid()),
            name: Set(organization.name.as_str().to_owned()),
            slug: Set(organization.slug.as_str().to_owned()),
            settings: Set(settings::encode(&organization.settings)),
            status: Set(organization.status.name().to_owned()),
            version: Set(organization.revision.version.number()),
            created_at: Set(organization.revision.created_at),
            updated_at: Set(organization.revision.updated_at),
        }
    }
}

//! `api_keys`: credentials for machines, by their hashes.

use plinth_domain::{ApiKey, Grant, Membership, Name, Permission, Role};
use plinth_ports::{Admission, Result, TokenHash};
use sea_orm::{NotSet, Set, entity::prelude::*};

use crate::row::{FromRow, Row};

/// What every secret begins with.
const PREFIX: &str = "plk_";

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub prefix: String,
    pub last_four: String,
    pub secret_hash: Vec<u8>,
    pub role: Option<String>,
    pub permissions: Option<Vec<String>>,
    pub expires_at: Option<DateTimeUtc>,
    pub last_used_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
    pub created_by: Uuid,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::membership::Entity",
        from = "(Column::OrganizationId, Column::CreatedBy)",
        to = "(super::membership::Column::OrganizationId, super::membership::Column::UserId)"
    )]
    Creator,
}

impl ActiveModelBehavior for ActiveModel {}

impl FromRow for ApiKey {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.id(Column::Id)?,
            organization: row.id(Column::OrganizationId)?,
            name: row.parse(Column::Name, Name::parse)?,
            last_four: row.get(Column::LastFour)?,
            grant: grant(row)?,
            created_by: row.id(Column::CreatedBy)?,
            expires_at: row.get(Column::ExpiresAt)?,
            last_used_at: row.get(Column::LastUsedAt)?,
            revoked_at: row.get(Column::RevokedAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

/// A role, or a list of permissions; never both.
fn grant(row: &Row<'_, Entity>) -> Result<Grant> {
    if !row.is_null(Column::Role)? {
        return row.known(Column::Role, Role::from_name).map(Grant::Role);
    }
    // A permission that this version does not know any more grants nothing.
    let names: Vec<String> = row.get(Column::Permissions)?;
    Ok(Grant::Permissions(names.iter().filter_map(|name| Permission::from_name(name)).collect()))
}

impl FromRow for Admission<ApiKey> {
    type Entity = Entity;

    /// Joined with `membership`.
    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            credential: ApiKey::from_row(row)?,
            membership: Membership::from_row(&row.joined())?,
        })
    }
}

impl From<&ApiKey> for ActiveModel {
    fn from(key: &ApiKey) -> Self {
        let (role, permissions) = match key.grant {
            Grant::Role(role) => (Some(role.name().to_owned()), None),
            Grant::Permissions(set) => {
                (None, Some(set.iter().map(|permission| permission.name().to_owned()).collect()))
            }
        };
        Self {
            organization_id: NotSet,
            id: Set(key.id.uuid()),
            name: Set(key.name.as_str().to_owned()),
            prefix: Set(PREFIX.to_owned()),
            last_four: Set(key.last_four.clone()),
            secret_hash: NotSet,
            role: Set(role),
            permissions: Set(permissions),
            expires_at: Set(key.expires_at),
            // Noted apart, by every request that the key makes.
            last_used_at: NotSet,
            revoked_at: Set(key.revoked_at),
            created_by: Set(key.created_by.uuid()),
            version: Set(key.revision.version.number()),
            created_at: Set(key.revision.created_at),
            updated_at: Set(key.revision.updated_at),
        }
    }
}

impl ActiveModel {
    /// A new key's row.
    pub fn new(key: &ApiKey, secret: &TokenHash) -> Self {
        Self {
            secret_hash: Set(secret.to_vec()),
            last_used_at: Set(key.last_used_at),
            ..key.into()
        }
    }
}

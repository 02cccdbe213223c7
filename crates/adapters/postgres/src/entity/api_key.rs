//! `api_keys`: credentials for machines, by their hashes.

use domain::{ApiKey, Grant, Id, Name, Permission, PermissionSet, Role};
use ports::{StoreError, TokenHash};
use sea_orm::{NotSet, Set, entity::prelude::*};

use super::{known, parsed, revision};

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

impl TryFrom<Model> for ApiKey {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: Id::from_uuid(row.id),
            organization: Id::from_uuid(row.organization_id),
            name: parsed("api_keys", "name", Name::parse(&row.name))?,
            last_four: row.last_four,
            grant: grant(row.role.as_deref(), row.permissions)?,
            created_by: Id::from_uuid(row.created_by),
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
            revision: revision(row.version, row.created_at, row.updated_at),
        })
    }
}

fn grant(role: Option<&str>, permissions: Option<Vec<String>>) -> Result<Grant, StoreError> {
    match (role, permissions) {
        (Some(role), None) => known("api_keys", "role", Role::from_name(role)).map(Grant::Role),
        // A permission that this version does not know any more grants nothing.
        (None, Some(names)) => {
            let permissions: PermissionSet =
                names.iter().filter_map(|name| Permission::from_name(name)).collect();
            Ok(Grant::Permissions(permissions))
        }
        _ => Err(crate::error::corrupt("api_keys", "role")),
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

//! `users`: the people, who belong to no organization.

use domain::{Email, Id, Name, User, UserStatus};
use ports::{Login, PasswordHash, StoreError};
use sea_orm::{Set, entity::prelude::*};

use super::{known, parsed, revision};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub password_hash: Option<String>,
    pub status: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Login {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            user: User {
                id: Id::from_uuid(row.id),
                email: parsed("users", "email", Email::parse(&row.email))?,
                name: parsed("users", "name", Name::parse(&row.name))?,
                status: known("users", "status", UserStatus::from_name(&row.status))?,
                revision: revision(row.version, row.created_at, row.updated_at),
            },
            password: row.password_hash.map(PasswordHash),
        })
    }
}

impl ActiveModel {
    /// A new person's row.
    pub fn new(user: &User, password: &PasswordHash) -> Self {
        Self {
            id: Set(user.id.uuid()),
            email: Set(user.email.as_str().to_owned()),
            name: Set(user.name.as_str().to_owned()),
            password_hash: Set(Some(password.0.clone())),
            status: Set(user.status.name().to_owned()),
            version: Set(user.revision.version.number()),
            created_at: Set(user.revision.created_at),
            updated_at: Set(user.revision.updated_at),
        }
    }
}

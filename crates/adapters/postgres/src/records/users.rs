use plinth_domain::{Email, Name, User, UserStatus};
use plinth_ports::{Login, PasswordHash, Result};
use sea_orm::{Set, entity::prelude::*};

use crate::row::{FromRow, Row};

/// A row, which belongs to no organization.
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

crate::row::table!();

impl FromRow for Login {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            user: User {
                id: row.id(Column::Id)?,
                email: row.parse(Column::Email, Email::stored)?,
                name: row.parse(Column::Name, Name::stored)?,
                status: row.known(Column::Status, UserStatus::from_name)?,
                revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
            },
            password: row.get::<Option<String>>(Column::PasswordHash)?.map(PasswordHash),
        })
    }
}

impl ActiveModel {
    /// The row of a new user.
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

pub mod second_factor;

use plinth_domain::{Email, Name, User, UserStatus};
use plinth_ports::{Login, PasswordHash, Result};
use sea_orm::{NotSet, Set, entity::prelude::*};

use crate::{
    row::{FromRow, Row, corrupt},
    value::set,
};

/// A row, which belongs to no organization.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub password_hash: Option<String>,
    pub password_version: i64,
    pub status: String,
    pub email_verified_at: Option<DateTimeUtc>,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub second_factor: Option<String>,
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
                email_verified_at: row.get(Column::EmailVerifiedAt)?,
                locale: row.value(Column::Locale)?,
                time_zone: row.value(Column::TimeZone)?,
                revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
            },
            password: row.get::<Option<String>>(Column::PasswordHash)?.map(PasswordHash),
            password_version: row.get(Column::PasswordVersion)?,
            factor: match row.get::<Option<&str>>(Column::SecondFactor)? {
                Some(text) => Some(
                    second_factor::decode(text)
                        .ok_or_else(|| corrupt::<Entity>(Column::SecondFactor))?,
                ),
                None => None,
            },
        })
    }
}

impl ActiveModel {
    /// The row of a new user.
    pub fn new(user: &User, password: Option<&PasswordHash>) -> Self {
        Self {
            password_hash: Set(password.map(|hash| hash.0.clone())),
            password_version: NotSet,
            ..Self::from(user)
        }
    }
}

impl From<&User> for ActiveModel {
    fn from(user: &User) -> Self {
        Self {
            id: Set(user.id.uuid()),
            email: Set(user.email.as_str().to_owned()),
            name: Set(user.name.as_str().to_owned()),
            password_hash: NotSet,
            password_version: NotSet,
            status: Set(user.status.name().to_owned()),
            email_verified_at: Set(user.email_verified_at),
            locale: set(&user.locale),
            time_zone: set(&user.time_zone),
            second_factor: NotSet,
            version: Set(user.revision.version.number()),
            created_at: Set(user.revision.created_at),
            updated_at: Set(user.revision.updated_at),
        }
    }
}

impl From<&Login> for ActiveModel {
    fn from(login: &Login) -> Self {
        Self {
            password_hash: Set(login.password.as_ref().map(|hash| hash.0.clone())),
            password_version: Set(login.password_version),
            second_factor: Set(login.factor.as_ref().map(second_factor::encode)),
            ..Self::from(&login.user)
        }
    }
}

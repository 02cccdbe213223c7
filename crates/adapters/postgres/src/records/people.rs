//! `users` as everybody in an organization may see them.

use sea_orm::entity::prelude::*;

/// The part of a row that is no secret.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub email: String,
    pub name: String,
}

crate::row::table!();

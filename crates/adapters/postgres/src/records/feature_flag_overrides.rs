use plinth_domain::{FlagKey, FlagOverride};
use plinth_ports::Result;
use sea_orm::{NotSet, Set, entity::prelude::*};

use crate::row::{FromRow, Row};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feature_flag_overrides")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub flag_key: String,
    pub enabled: bool,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for FlagOverride {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.id(Column::Id)?,
            enabled: row.get(Column::Enabled)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl ActiveModel {
    /// The row of an override of the flag `key`.
    pub fn new(key: &FlagKey, over: &FlagOverride) -> Self {
        Self {
            organization_id: NotSet,
            id: Set(over.id.uuid()),
            flag_key: Set(key.as_str().to_owned()),
            enabled: Set(over.enabled),
            version: Set(over.revision.version.number()),
            created_at: Set(over.revision.created_at),
            updated_at: Set(over.revision.updated_at),
        }
    }
}

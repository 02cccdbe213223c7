//! `feature_flags`: the product's switches, the same for all organizations.

use plinth_domain::{FeatureFlag, FlagKey, FlagOverride};
use plinth_ports::Result;
use sea_orm::entity::prelude::*;

use super::feature_flag_override;
use crate::{
    row::{FromRow, Row},
    scoped::Shared,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feature_flags")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub description: String,
    pub enabled: bool,
    pub rollout_percent: i16,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::feature_flag_override::Entity",
        from = "Column::Key",
        to = "super::feature_flag_override::Column::FlagKey"
    )]
    Override,
}

impl ActiveModelBehavior for ActiveModel {}

impl Shared for Entity {}

impl FromRow for FeatureFlag {
    type Entity = Entity;

    /// Joined with `feature_flag_override`.
    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let over = row.joined::<feature_flag_override::Entity>();
        let decided = !over.is_null(feature_flag_override::Column::Id)?;
        Ok(Self {
            key: row.parse(Column::Key, FlagKey::parse)?,
            description: row.get(Column::Description)?,
            enabled: row.get(Column::Enabled)?,
            rollout_percent: row
                .known(Column::RolloutPercent, |percent: i16| u8::try_from(percent).ok())?,
            over: decided.then(|| FlagOverride::from_row(&over)).transpose()?,
        })
    }
}

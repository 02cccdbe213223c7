//! `feature_flags`: the product's switches, the same for all organizations.

use domain::{FeatureFlag, FlagKey};
use ports::StoreError;
use sea_orm::entity::prelude::*;

use super::{feature_flag_override, known, parsed};
use crate::scoped::Shared;

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

impl Model {
    /// The flag with what the organization decided.
    pub fn with(
        self,
        over: Option<feature_flag_override::Model>,
    ) -> Result<FeatureFlag, StoreError> {
        let percent = u8::try_from(self.rollout_percent).ok();
        Ok(FeatureFlag {
            key: parsed("feature_flags", "key", FlagKey::parse(&self.key))?,
            description: self.description,
            enabled: self.enabled,
            rollout_percent: known("feature_flags", "rollout_percent", percent)?,
            over: over.map(Into::into),
        })
    }
}

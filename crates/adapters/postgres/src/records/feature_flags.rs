use async_trait::async_trait;
use plinth_domain::{FeatureFlag, FlagKey, FlagOverride};
use plinth_ports::{FeatureFlagReader, FeatureFlags, Result};
use sea_orm::{JoinType, QueryOrder, entity::prelude::*};

use super::feature_flag_overrides;
use crate::{
    row::{FromRow, Row},
    scoped::{Scoped, ScopedTx, Shared},
};

/// A row, the same for all organizations.
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
        belongs_to = "super::feature_flag_overrides::Entity",
        from = "Column::Key",
        to = "super::feature_flag_overrides::Column::FlagKey"
    )]
    Override,
}

crate::row::table!(related);

impl Shared for Entity {}

impl FromRow for FeatureFlag {
    type Entity = Entity;

    /// Joined with `feature_flag_overrides`.
    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let over = row.joined::<feature_flag_overrides::Entity>();
        let decided = !over.is_null(feature_flag_overrides::Column::Id)?;
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

/// The flags, each with the organization's override.
fn flags(tx: &mut ScopedTx) -> Scoped<'_, Entity> {
    tx.select_shared::<Entity>()
        .with_own::<feature_flag_overrides::Entity>(JoinType::LeftJoin, Relation::Override.def())
}

#[async_trait]
impl FeatureFlagReader for ScopedTx {
    async fn find(&mut self, key: &FlagKey) -> Result<Option<FeatureFlag>> {
        flags(self).filter(Column::Key.eq(key.as_str())).one().await
    }

    async fn list(&mut self) -> Result<Vec<FeatureFlag>> {
        flags(self).order_by_asc(Column::Key).all().await
    }
}

#[async_trait]
impl FeatureFlags for ScopedTx {
    async fn insert(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()> {
        self.add(feature_flag_overrides::ActiveModel::new(key, over)).await
    }

    async fn update(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()> {
        self.save(
            feature_flag_overrides::ActiveModel::new(key, over),
            over.id.uuid(),
            over.revision.previous(),
        )
        .await
    }

    async fn remove(&mut self, _key: &FlagKey, over: &FlagOverride) -> Result<()> {
        let (id, version) = (over.id.uuid(), over.revision.version);
        ScopedTx::remove::<feature_flag_overrides::Entity>(self, id, version).await
    }
}

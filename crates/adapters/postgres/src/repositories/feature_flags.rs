use async_trait::async_trait;
use domain::{FeatureFlag, FlagKey, FlagOverride};
use ports::{FeatureFlagReader, FeatureFlags, Result};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, RelationTrait};

use crate::{
    entity::{
        feature_flag::{Column, Entity, Relation},
        feature_flag_override::{self, ActiveModel},
    },
    scoped::{Scoped, ScopedTx},
};

/// The flags, each with what the organization decided about it.
async fn decided(flags: Scoped<'_, Entity>) -> Result<Vec<FeatureFlag>> {
    let rows = flags.all_with::<feature_flag_override::Entity>(Relation::Override.def()).await?;
    rows.into_iter().map(|(flag, over)| flag.with(over)).collect()
}

#[async_trait]
impl FeatureFlagReader for ScopedTx {
    async fn find(&mut self, key: &FlagKey) -> Result<Option<FeatureFlag>> {
        let flags = self.select_shared::<Entity>().filter(Column::Key.eq(key.as_str()));
        Ok(decided(flags).await?.pop())
    }

    async fn list(&mut self) -> Result<Vec<FeatureFlag>> {
        decided(self.select_shared::<Entity>().order_by_asc(Column::Key)).await
    }
}

#[async_trait]
impl FeatureFlags for ScopedTx {
    async fn insert(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()> {
        self.add(ActiveModel::new(key, over)).await
    }

    async fn update(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()> {
        self.save(ActiveModel::new(key, over), over.id.uuid(), over.revision.previous()).await
    }

    async fn remove(&mut self, _key: &FlagKey, over: &FlagOverride) -> Result<()> {
        let (id, version) = (over.id.uuid(), over.revision.version);
        ScopedTx::remove::<feature_flag_override::Entity>(self, id, version).await
    }
}

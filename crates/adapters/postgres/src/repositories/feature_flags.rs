use async_trait::async_trait;
use plinth_domain::{FeatureFlag, FlagKey, FlagOverride};
use plinth_ports::{FeatureFlagReader, FeatureFlags, Result};
use sea_orm::{ColumnTrait, JoinType, QueryFilter, QueryOrder, RelationTrait};

use crate::{
    entity::{
        feature_flag::{Column, Entity, Relation},
        feature_flag_override::{self, ActiveModel},
    },
    scoped::{Scoped, ScopedTx},
};

/// The flags, each with what the organization decided about it.
fn flags(tx: &mut ScopedTx) -> Scoped<'_, Entity> {
    tx.select_shared::<Entity>()
        .with_own::<feature_flag_override::Entity>(JoinType::LeftJoin, Relation::Override.def())
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

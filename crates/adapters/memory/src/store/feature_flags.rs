use async_trait::async_trait;
use plinth_domain::{FeatureFlag, FlagKey, FlagOverride, Version};
use plinth_ports::{FeatureFlagReader, FeatureFlags, Result};

use super::{rows::FlagRow, tables::expect, unit::Unit};

#[async_trait]
impl FeatureFlagReader for Unit {
    async fn find(&mut self, key: &FlagKey) -> Result<Option<FeatureFlag>> {
        Ok(self.tables().flags.get(key).map(|row| self.as_it_is_here(key, row)))
    }

    async fn list(&mut self) -> Result<Vec<FeatureFlag>> {
        let flags = self.tables().flags.iter();
        Ok(flags.map(|(key, row)| self.as_it_is_here(key, row)).collect())
    }
}

#[async_trait]
impl FeatureFlags for Unit {
    async fn insert(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()> {
        let place = (self.organization_id(), key.clone());
        let unknown = !self.tables().flags.contains(key);
        let exists = self.tables().overrides.contains(&place);
        self.draft.forbid(exists, "feature_flag_overrides_organization_id_flag_key_key")?;
        self.draft.forbid(unknown, "feature_flag_overrides_flag_key_fkey")?;
        self.draft.tables.overrides.insert(place, *over);
        Ok(())
    }

    async fn update(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()> {
        expect(self.own_setting(key, over), over.revision.previous())?;
        self.draft.tables.overrides.insert((self.scope.organization(), key.clone()), *over);
        Ok(())
    }

    async fn remove(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()> {
        expect(self.own_setting(key, over), over.revision.version)?;
        self.draft.tables.overrides.remove(&(self.scope.organization(), key.clone()));
        Ok(())
    }
}

impl Unit {
    fn as_it_is_here(&self, key: &FlagKey, row: &FlagRow) -> FeatureFlag {
        FeatureFlag {
            key: key.clone(),
            description: row.description.clone(),
            enabled: row.enabled,
            rollout_percent: row.rollout_percent,
            over: self.tables().overrides.get(&(self.organization_id(), key.clone())).copied(),
        }
    }

    /// The version under which the organization's own setting is stored.
    fn own_setting(&self, key: &FlagKey, over: &FlagOverride) -> Option<Version> {
        let stored = self.tables().overrides.get(&(self.organization_id(), key.clone()))?;
        (stored.id == over.id).then_some(stored.revision.version)
    }
}

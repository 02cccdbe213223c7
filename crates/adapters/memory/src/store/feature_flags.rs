use async_trait::async_trait;
use plinth_domain::{FeatureFlag, FlagKey, FlagOverride, Version};
use plinth_ports::{
    FeatureFlagReader, FeatureFlags, Result,
    records::feature_flags::{ALREADY_OVERRIDDEN, FLAG},
};

use super::{rows::FlagRow, table::expect, unit::Unit};

#[async_trait]
impl FeatureFlagReader for Unit {
    async fn find(&mut self, key: &FlagKey) -> Result<Option<FeatureFlag>> {
        Ok(self.tables().flags.get(key).map(|row| self.with_override(key, row)))
    }

    async fn list(&mut self) -> Result<Vec<FeatureFlag>> {
        let flags = self.tables().flags.iter();
        Ok(flags.map(|(key, row)| self.with_override(key, row)).collect())
    }
}

#[async_trait]
impl FeatureFlags for Unit {
    async fn insert(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()> {
        let key_of_row = (self.organization_id(), key.clone());
        let unknown = !self.tables().flags.contains(key);
        let exists = self.tables().overrides.contains(&key_of_row);
        self.draft.forbid(exists, ALREADY_OVERRIDDEN.0)?;
        self.draft.forbid(unknown, FLAG.0)?;
        self.draft.tables.overrides.insert(key_of_row, *over);
        Ok(())
    }

    async fn update(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()> {
        expect(self.stored_override(key, over), over.revision.previous())?;
        self.draft.tables.overrides.insert((self.scope.organization(), key.clone()), *over);
        Ok(())
    }

    async fn remove(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()> {
        expect(self.stored_override(key, over), over.revision.version)?;
        self.draft.tables.overrides.remove(&(self.scope.organization(), key.clone()));
        Ok(())
    }
}

impl Unit {
    fn with_override(&self, key: &FlagKey, row: &FlagRow) -> FeatureFlag {
        FeatureFlag {
            key: key.clone(),
            description: row.description.clone(),
            enabled: row.enabled,
            rollout_percent: row.rollout_percent,
            over: self.tables().overrides.get(&(self.organization_id(), key.clone())).copied(),
        }
    }

    /// The stored version of the organization's override.
    fn stored_override(&self, key: &FlagKey, over: &FlagOverride) -> Option<Version> {
        let stored = self.tables().overrides.get(&(self.organization_id(), key.clone()))?;
        (stored.id == over.id).then_some(stored.revision.version)
    }
}

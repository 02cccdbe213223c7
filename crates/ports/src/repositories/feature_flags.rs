use async_trait::async_trait;
use plinth_domain::{FeatureFlag, FlagKey, FlagOverride};

use crate::Result;

/// Reads feature flags as they are for the organization in scope.
#[async_trait]
pub trait FeatureFlagReader: Send {
    /// Finds one.
    async fn find(&mut self, key: &FlagKey) -> Result<Option<FeatureFlag>>;
    /// All of them by key. There are as many as the product has switches: a
    /// few dozen, so this list has no pages.
    async fn list(&mut self) -> Result<Vec<FeatureFlag>>;
}

/// Reads feature flags and writes the organization's own settings of them.
#[async_trait]
pub trait FeatureFlags: FeatureFlagReader {
    /// Stores the first revision of the organization's own setting. One that
    /// exists stands against it.
    async fn insert(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()>;
    /// Stores its next revision; `Stale` unless the one before it is stored.
    async fn update(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()>;
    /// Removes it; `Stale` unless exactly this revision is stored.
    async fn remove(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()>;
}

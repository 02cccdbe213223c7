//! Feature flags with the overrides of one organization.

use async_trait::async_trait;
use plinth_domain::{FeatureFlag, FlagKey, FlagOverride};

use super::Constraint;
use crate::Result;

/// The organization already overrides the flag.
pub const ALREADY_OVERRIDDEN: Constraint =
    Constraint("feature_flag_overrides_organization_id_flag_key_key");
/// The flag that was to be overridden does not exist.
pub const FLAG: Constraint = Constraint("feature_flag_overrides_flag_key_fkey");

/// Reads feature flags, each with the organization's override.
#[async_trait]
pub trait FeatureFlagReader: Send {
    /// Finds a flag by its key.
    async fn find(&mut self, key: &FlagKey) -> Result<Option<FeatureFlag>>;
    /// All flags, ordered by key. The product has a few dozen of them, so this
    /// list has no pages.
    async fn list(&mut self) -> Result<Vec<FeatureFlag>>;
}

/// Reads feature flags and writes the organization's overrides. A flag belongs to the installation
/// and is named by its key, so it is not a [`Record`](super::Record).
#[async_trait]
pub trait FeatureFlags: FeatureFlagReader {
    /// Stores the first revision of an override.
    async fn insert(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()>;
    /// Stores its next revision; [`Stale`](crate::StoreError::Stale) unless the
    /// one before it is stored.
    async fn update(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()>;
    /// Removes the override; [`Stale`](crate::StoreError::Stale) unless exactly
    /// this revision is stored.
    async fn remove(&mut self, key: &FlagKey, over: &FlagOverride) -> Result<()>;
}

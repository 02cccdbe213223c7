//! Feature flags, and each organization's overrides.

use plinth_domain::{FeatureFlag, FlagKey, FlagOverride, Permission, Revision};
use plinth_ports::StoreError;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    AuditRecord, Command, Context, Error, Expected, Query, Recorded, View, resource::Resource,
};

const NOT_FOUND: Error = Error::NotFound("feature_flag");

impl Resource for FeatureFlag {
    const KIND: &'static str = "feature_flag";
    const TOPIC: &'static str = "feature_flags";
    const READ: Permission = Permission::FeatureFlagRead;
    fn id(&self) -> Uuid {
        self.over.map_or_else(Uuid::nil, |over| over.id.uuid())
    }
    fn audit_view(&self) -> impl Serialize {
        json!({ "key": self.key.as_str(), "override": self.over.map(|over| over.enabled) })
    }
}

/// Lists the feature flags.
#[derive(Debug, Clone, Copy)]
pub struct ListFeatureFlags;

impl Query for ListFeatureFlags {
    const NAME: &'static str = "feature_flag.list";
    const PERMISSION: Permission = Permission::FeatureFlagRead;
    type Output = Vec<FeatureFlag>;

    async fn run(self, view: &mut View<'_>) -> Result<Vec<FeatureFlag>, Error> {
        Ok(view.unit.feature_flags().list().await?)
    }
}

/// Overrides a flag for the organization, independent of its rollout.
#[derive(Debug, Clone)]
pub struct SetFeatureFlag {
    /// The flag.
    pub key: FlagKey,
    /// The version that the caller saw, if any.
    pub expected: Expected,
    /// On or off.
    pub enabled: bool,
}

impl Command for SetFeatureFlag {
    const NAME: &'static str = "feature_flag.set";
    const PERMISSION: Permission = Permission::FeatureFlagUpdate;
    type Output = FeatureFlag;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FeatureFlag>, Error> {
        let before = ctx.unit.feature_flags().find(&self.key).await?.ok_or(NOT_FOUND)?;
        let over = if let Some(over) = before.over {
            self.expected.check(&over.revision)?;
            let revision = over.revision.next(ctx.now);
            FlagOverride { enabled: self.enabled, revision, ..over }
        } else {
            self.expected.check_absent()?;
            let revision = Revision::first(ctx.now);
            FlagOverride { id: ctx.id(), enabled: self.enabled, revision }
        };
        let flags = ctx.unit.feature_flags();
        let stored = if before.over.is_some() {
            flags.update(&self.key, &over).await
        } else {
            flags.insert(&self.key, &over).await
        };
        stored.map_err(|error| match error {
            // A concurrent request was faster.
            StoreError::Conflict { .. } => Error::Stale,
            other => other.into(),
        })?;
        let after = FeatureFlag { over: Some(over), ..before.clone() };
        Recorded::changed("feature_flag.set", &before, after)
    }
}

/// Removes the organization's override.
#[derive(Debug, Clone)]
pub struct ClearFeatureFlag {
    /// The flag.
    pub key: FlagKey,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for ClearFeatureFlag {
    const NAME: &'static str = "feature_flag.clear";
    const PERMISSION: Permission = Permission::FeatureFlagUpdate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let before = ctx.unit.feature_flags().find(&self.key).await?.ok_or(NOT_FOUND)?;
        let over = before.over.ok_or(NOT_FOUND)?;
        self.expected.check(&over.revision)?;
        ctx.unit.feature_flags().remove(&self.key, &over).await?;
        Ok(Recorded::new((), AuditRecord::removed("feature_flag.cleared", &before)?))
    }
}

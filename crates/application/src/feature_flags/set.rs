use plinth_domain::{FeatureFlag, FlagKey, FlagOverride, Permission, Revision};
use plinth_ports::StoreError;

use crate::{AuditRecord, Command, Context, Error, Expected, Recorded};

const NOT_FOUND: Error = Error::NotFound("feature_flag");

/// Switches a flag for the organization, whatever the rollout says.
#[derive(Debug, Clone)]
pub struct SetFeatureFlag {
    /// Which.
    pub key: FlagKey,
    /// The version that the caller saw, if they care.
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
        let over = match before.over {
            Some(over) => {
                self.expected.check(&over.revision)?;
                FlagOverride {
                    enabled: self.enabled,
                    revision: over.revision.next(ctx.now),
                    ..over
                }
            }
            None if self.expected != Expected::Any => return Err(Error::Stale),
            None => FlagOverride {
                id: ctx.id(),
                enabled: self.enabled,
                revision: Revision::first(ctx.now),
            },
        };
        let flags = ctx.unit.feature_flags();
        let stored = if before.over.is_some() {
            flags.update(&self.key, &over).await
        } else {
            flags.insert(&self.key, &over).await
        };
        stored.map_err(|error| match error {
            // Somebody else set it first.
            StoreError::Conflict { .. } => Error::Stale,
            other => other.into(),
        })?;
        let after = FeatureFlag { over: Some(over), ..before.clone() };
        let audit = AuditRecord::changed("feature_flag.set", &before, &after)?;
        Ok(Recorded::new(after, audit))
    }
}

/// Takes the organization's own setting back.
#[derive(Debug, Clone)]
pub struct ClearFeatureFlag {
    /// Which.
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

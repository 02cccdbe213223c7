use plinth_domain::{FeatureFlag, Permission};

use crate::{Error, Query, View};

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

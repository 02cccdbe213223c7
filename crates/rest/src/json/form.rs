use serde::de::DeserializeOwned;
use utoipa::{PartialSchema, ToSchema};

use super::Faults;

/// A body's documented shape, and what it means to the application.
pub(crate) trait Form: DeserializeOwned + ToSchema + PartialSchema {
    /// What it becomes: a command, or what one is made of.
    type Value;

    /// Parses every field, so that all faults are found at once; `None` when
    /// there is one.
    fn check(self, faults: &mut Faults) -> Option<Self::Value>;
}

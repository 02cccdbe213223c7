use serde::de::DeserializeOwned;
use utoipa::{PartialSchema, ToSchema};

use super::Faults;

/// A body with a documented schema that becomes a value of the application.
pub(crate) trait Form: DeserializeOwned + ToSchema + PartialSchema {
    /// The result: a command, or the values for one.
    type Value;

    /// The most bytes of a body that may be larger than most; the larger one of this and the
    /// configured maximum counts.
    const BYTES: usize = 0;

    /// Parses every field, so that all faults are found at once. Returns `None`
    /// if there is at least one fault.
    fn check(self, faults: &mut Faults) -> Option<Self::Value>;
}

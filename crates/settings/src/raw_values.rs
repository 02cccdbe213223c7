//! The merged values of all settings, before they are parsed.

use std::collections::BTreeMap;

use config::Value;

use crate::{Environment, Origin, Setting};

/// The raw value of each setting that has one, by the setting's name.
pub(crate) struct RawValues {
    pub(crate) environment: Environment,
    values: BTreeMap<String, Value>,
    origins: BTreeMap<String, Origin>,
}

impl RawValues {
    pub(crate) fn new(
        environment: Environment,
        values: BTreeMap<String, Value>,
        origins: BTreeMap<String, Origin>,
    ) -> Self {
        Self { environment, values, origins }
    }

    /// The raw value of a setting: from a source, or its default.
    pub(crate) fn get(&self, setting: &Setting) -> Option<Value> {
        self.values.get(&setting.name()).cloned()
    }

    /// Where that value comes from.
    pub(crate) fn origin(&self, setting: &Setting) -> Origin {
        self.origins.get(&setting.name()).cloned().unwrap_or(Origin::Unset)
    }
}

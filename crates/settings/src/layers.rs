//! Merges the sources: a later layer replaces the value of an earlier one.

mod dotenv;
mod file;
mod unknown;

use std::collections::BTreeMap;

use config::{Config, ConfigError, Map, Source, Value};

use crate::{
    Environment, Fault, Origin, Setting, Sources,
    catalogue::{self, ENVIRONMENT},
    raw_values::RawValues,
};

type Variables = BTreeMap<String, String>;

impl Sources {
    /// The environment that the sources set, whether the other settings are valid or not.
    #[must_use]
    pub fn environment(&self) -> Environment {
        merge(self).0.environment
    }

    /// Where the value of `setting` comes from.
    #[must_use]
    pub fn origin(&self, setting: &Setting) -> Origin {
        merge(self).0.origin(setting)
    }
}

/// The raw value of every setting from the highest layer that sets it, and the faults of the
/// sources themselves.
pub(crate) fn merge(sources: &Sources) -> (RawValues, Vec<Fault>) {
    let mut faults = Vec::new();
    let file = file::values(sources.file.as_ref(), &mut faults);
    let environment = environment(sources, &file);
    let dotenv = match environment {
        Environment::Development => dotenv::variables(sources.dotenv.as_ref(), &mut faults),
        Environment::Production => Variables::new(),
    };
    unknown::variables(&sources.variables, "", &mut faults);
    unknown::variables(&dotenv, " in .env", &mut faults);

    let mut origins = BTreeMap::new();
    let mut variables = Map::new();
    for setting in catalogue::all() {
        let origin = if let Some((name, value)) = found(setting, &sources.variables) {
            variables.insert(setting.variable(), value);
            Origin::Variable(name)
        } else if let Some((name, value)) = found(setting, &dotenv) {
            variables.insert(setting.variable(), value);
            Origin::DotEnv(name)
        } else if let (Some(document), true) = (&sources.file, file.contains_key(&setting.name())) {
            Origin::File(document.name.clone())
        } else if setting.default_in(environment).is_some() {
            Origin::Default
        } else {
            Origin::Unset
        };
        origins.insert(setting.name(), origin);
    }
    let values = merged_values(environment, file, variables).unwrap_or_else(|error| {
        faults.push(Fault::other("the sources", format!("cannot be merged: {error}")));
        BTreeMap::new()
    });
    (RawValues::new(environment, values, origins), faults)
}

/// The variable that sets `setting`, and its value. An empty variable counts as unset, because
/// `${NAME:-}` in a compose file produces one.
fn found(setting: &Setting, variables: &Variables) -> Option<(String, String)> {
    let own = setting.variable();
    let aliases = setting.facts.aliases.iter().map(|alias| (*alias).to_owned());
    std::iter::once(own).chain(aliases).find_map(|name| {
        let value = variables.get(&name).filter(|value| !value.trim().is_empty())?.clone();
        Some((name, value))
    })
}

/// The environment, which decides about `.env` and defaults, before settings are checked.
fn environment(sources: &Sources, file: &BTreeMap<String, Value>) -> Environment {
    let word = found(&ENVIRONMENT, &sources.variables)
        .map(|(_, value)| value)
        .or_else(|| file.get(ENVIRONMENT.key).map(ToString::to_string));
    match word.as_deref().map(str::trim) {
        Some("production") => Environment::Production,
        _ => Environment::Development,
    }
}

fn merged_values(
    environment: Environment,
    file: BTreeMap<String, Value>,
    variables: Map<String, String>,
) -> Result<BTreeMap<String, Value>, ConfigError> {
    let mut defaults = Config::builder();
    for setting in catalogue::all() {
        if let Some(value) = setting.default_in(environment) {
            defaults = defaults.set_default(setting.name(), value)?;
        }
    }
    let mut from_file = Config::builder();
    for (name, value) in file {
        from_file = from_file.set_default(name, value)?;
    }
    let environment = config::Environment::with_prefix("PLINTH")
        .prefix_separator("_")
        .separator("__")
        .source(Some(variables));
    let merged =
        defaults.add_source(from_file.build()?).add_source(environment).build()?.collect()?;
    Ok(file::flat(merged))
}

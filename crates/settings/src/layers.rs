//! The sources, one over the other.

mod dotenv;
mod file;
mod unknown;

use std::collections::BTreeMap;

use config::{Config, ConfigError, Map, Source, Value};

use crate::{Environment, Fault, Origin, Setting, Sources, reference, sections::ENVIRONMENT};

type Variables = BTreeMap<String, String>;

/// The raw value of every setting that has one, from the highest layer that sets it.
pub(crate) struct Layers {
    pub(crate) environment: Environment,
    values: BTreeMap<String, Value>,
    origins: BTreeMap<String, Origin>,
}

impl Layers {
    /// The layers, and what is wrong with the sources themselves.
    pub(crate) fn of(sources: &Sources) -> (Self, Vec<Fault>) {
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
        for setting in reference::all() {
            let origin = if let Some((name, value)) = found(setting, &sources.variables) {
                variables.insert(setting.variable(), value);
                Origin::Variable(name)
            } else if let Some((name, value)) = found(setting, &dotenv) {
                variables.insert(setting.variable(), value);
                Origin::DotEnv(name)
            } else if let (Some(document), true) =
                (&sources.file, file.contains_key(&setting.name()))
            {
                Origin::File(document.name.clone())
            } else if setting.default_in(environment).is_some() {
                Origin::Default
            } else {
                Origin::Unset
            };
            origins.insert(setting.name(), origin);
        }
        let values = merged(environment, file, variables).unwrap_or_else(|error| {
            faults.push(Fault::other("the sources", format!("cannot be merged: {error}")));
            BTreeMap::new()
        });
        (Self { environment, values, origins }, faults)
    }

    /// The raw value of a setting, if anything sets it or it has a default.
    pub(crate) fn get(&self, setting: &Setting) -> Option<Value> {
        self.values.get(&setting.name()).cloned()
    }

    /// Where that value comes from.
    pub(crate) fn origin(&self, setting: &Setting) -> Origin {
        self.origins.get(&setting.name()).cloned().unwrap_or(Origin::Unset)
    }
}

/// The variable among these that sets `setting`, and its value. An empty one sets nothing:
/// that is what `${NAME:-}` in a compose file leaves behind.
fn found(setting: &Setting, variables: &Variables) -> Option<(String, String)> {
    let own = setting.variable();
    let aliases = setting.facts.aliases.iter().map(|alias| (*alias).to_owned());
    std::iter::once(own).chain(aliases).find_map(|name| {
        let value = variables.get(&name).filter(|value| !value.trim().is_empty())?.clone();
        Some((name, value))
    })
}

/// What decides over `.env` and defaults, before anything is checked.
fn environment(sources: &Sources, file: &BTreeMap<String, Value>) -> Environment {
    let word = found(&ENVIRONMENT, &sources.variables)
        .map(|(_, value)| value)
        .or_else(|| file.get(ENVIRONMENT.key).map(ToString::to_string));
    match word.as_deref().map(str::trim) {
        Some("production") => Environment::Production,
        _ => Environment::Development,
    }
}

fn merged(
    environment: Environment,
    file: BTreeMap<String, Value>,
    variables: Map<String, String>,
) -> Result<BTreeMap<String, Value>, ConfigError> {
    let mut defaults = Config::builder();
    for setting in reference::all() {
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

//! From raw to typed values, keeping every fault on the way.

use config::{Value, ValueKind};

use crate::{Environment, Fault, Faults, Setting, raw_values::RawValues, readers::Reader};

pub(crate) struct Reading<'a> {
    values: &'a RawValues,
    faults: Vec<Fault>,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(values: &'a RawValues, faults: Vec<Fault>) -> Self {
        Self { values, faults }
    }

    /// The value of a setting; `None` after its fault was written down.
    pub(crate) fn value<R: Reader>(&mut self, setting: &Setting, reader: &R) -> Option<R::Value> {
        let environment = self.values.environment;
        let Some(value) = self.values.get(setting) else {
            return self.absent(setting, reader, environment);
        };
        match text(value).ok_or_else(|| "a table".to_owned()) {
            Ok(text) if text.trim().is_empty() && R::OPTIONAL => {
                self.absent(setting, reader, environment)
            }
            // What a variable becomes that is not UTF-8.
            Ok(text) if text.contains(char::REPLACEMENT_CHARACTER) => {
                self.wrong(setting, "bytes that are no UTF-8")
            }
            Ok(text) => match reader.read(text.trim()) {
                Ok(value) => Some(value),
                Err(found) => self.wrong(setting, &found),
            },
            Err(found) => self.wrong(setting, &found),
        }
    }

    /// Writes down that a setting is missing because of another one.
    pub(crate) fn needed(&mut self, setting: &Setting, needed_by: &str) {
        self.faults.push(Fault::needed(setting, needed_by));
    }

    /// The settings, when there was no fault at all.
    pub(crate) fn finish<T>(self, settings: Option<T>) -> Result<T, Faults> {
        match settings {
            Some(settings) if self.faults.is_empty() => Ok(settings),
            _ => Err(Faults::new(self.faults)),
        }
    }

    fn absent<R: Reader>(
        &mut self,
        setting: &Setting,
        reader: &R,
        environment: Environment,
    ) -> Option<R::Value> {
        if setting.is_required_in(environment) {
            self.faults.push(Fault::missing(setting, environment));
            return None;
        }
        reader.absent()
    }

    fn wrong<T>(&mut self, setting: &Setting, found: &str) -> Option<T> {
        let origin = self.values.origin(setting);
        self.faults.push(Fault::wrong(setting, found, &origin));
        None
    }
}

/// A value as it would be written in a variable; a list is written with commas.
fn text(value: Value) -> Option<String> {
    match value.kind {
        ValueKind::Array(items) => {
            let items: Option<Vec<String>> = items.into_iter().map(text).collect();
            items.map(|items| items.join(","))
        }
        ValueKind::Nil => Some(String::new()),
        ValueKind::Table(_) => None,
        _ => value.into_string().ok(),
    }
}

//! Converts raw values to typed ones, and collects every fault.

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

    /// The value of a setting, or `None` after recording its fault.
    pub(crate) fn value<R: Reader>(&mut self, setting: &Setting, reader: &R) -> Option<R::Value> {
        let environment = self.values.environment;
        let Some(value) = self.values.get(setting) else {
            return self.absent(setting, reader, environment);
        };
        match text(value).ok_or_else(|| "a table".to_owned()) {
            Ok(text) if text.trim().is_empty() && R::OPTIONAL => {
                self.absent(setting, reader, environment)
            }
            // A variable that is not UTF-8 was converted with replacement characters.
            Ok(text) if text.contains(char::REPLACEMENT_CHARACTER) => {
                self.wrong(setting, "bytes that are not UTF-8")
            }
            Ok(text) => match reader.read(text.trim()) {
                Ok(value) => Some(value),
                Err(found) => self.wrong(setting, &found),
            },
            Err(found) => self.wrong(setting, &found),
        }
    }

    /// Records a fault for each of these settings that is missing, by its key, and which another one
    /// needs. Returns whether none is.
    pub(crate) fn has_needed(
        &mut self,
        settings: &[Setting],
        needed: &[(bool, &str, &str)],
    ) -> bool {
        let missing = || needed.iter().filter(|(is_missing, ..)| *is_missing);
        for (_, key, needed_by) in missing() {
            for setting in settings.iter().filter(|setting| setting.key == *key) {
                self.faults.push(Fault::needed(setting, needed_by));
            }
        }
        missing().next().is_none()
    }

    /// The settings if there is no fault.
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

/// A value as the text of a variable; the items of a list are separated by commas.
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

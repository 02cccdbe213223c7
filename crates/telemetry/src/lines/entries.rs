//! The fields of an event as entries of a JSON object.

use std::{
    error::Error,
    fmt::{self, Display},
};

use serde::ser::{Serialize, SerializeMap, Serializer};
use tracing::field::{Field, Visit};

use super::context::{self, Written};

/// Names that every line has; a field of an event with such a name gets the prefix `field.`.
const RESERVED: &[&str] = &["timestamp", "level", "target", "service", "version"];

/// Serializes each recorded field at once.
pub(crate) struct Entries<'a, M: SerializeMap> {
    map: &'a mut M,
    error: Option<M::Error>,
    has_message: bool,
    written: Written,
    log_target: Option<String>,
}

impl<'a, M: SerializeMap> Entries<'a, M> {
    pub(crate) fn new(map: &'a mut M) -> Self {
        let (error, log_target) = (None, None);
        Self { map, error, has_message: false, written: Written::default(), log_target }
    }

    /// Ends the object, with an empty message if the event had none. Returns the context fields
    /// that were written, and the target of an event of the `log` crate.
    pub(crate) fn finish(self) -> Result<(Written, Option<String>), M::Error> {
        match self.error {
            Some(error) => return Err(error),
            None if self.has_message => {}
            None => self.map.serialize_entry("message", "")?,
        }
        Ok((self.written, self.log_target))
    }

    fn entry(&mut self, field: &Field, value: &(impl Serialize + ?Sized)) {
        if self.error.is_some() {
            return;
        }
        let name = field.name();
        let entered = if RESERVED.contains(&name) {
            self.map.serialize_entry(&format_args!("field.{name}"), value)
        } else {
            self.map.serialize_entry(name.strip_prefix("r#").unwrap_or(name), value)
        };
        self.error = entered.err();
        self.has_message |= name == "message";
        if let Some(position) = context::position(name) {
            self.written.insert(position);
        }
    }

    /// A context field is a string in every line, independent of its recorded type.
    fn scalar(&mut self, field: &Field, value: impl Serialize + Display) {
        if context::position(field.name()).is_some() {
            self.entry(field, &format_args!("{value}"));
        } else {
            self.entry(field, &value);
        }
    }
}

impl<M: SerializeMap> Visit for Entries<'_, M> {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "log.target" => self.log_target = Some(value.to_owned()),
            "log.module_path" | "log.file" => {}
            _ => self.entry(field, value),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.entry(field, &Formatted(format_args!("{value:?}")));
    }

    /// An error with all its sources: the `Display` of Plinth's errors omits them.
    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.entry(field, &Formatted(format_args!("{}", Chain(value))));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() != "log.line" {
            self.scalar(field, value);
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.scalar(field, value);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.scalar(field, value);
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.scalar(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.scalar(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.scalar(field, value);
        } else {
            // JSON has no NaN and no infinity.
            self.record_debug(field, &value);
        }
    }
}

/// A value as text. Where formatting it fails, the text ends: `serde_json` would panic.
struct Formatted<'a>(fmt::Arguments<'a>);

impl Serialize for Formatted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Display for Formatted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Memory takes every byte, so only the value itself can fail.
        let _ = f.write_fmt(self.0);
        Ok(())
    }
}

/// An error and its sources, separated by colons.
struct Chain<'a>(&'a (dyn Error + 'static));

impl Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

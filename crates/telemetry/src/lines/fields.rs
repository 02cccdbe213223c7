//! The fields of an event.

use std::{
    error::Error,
    fmt::{self, Write as _},
};

use tracing::field::{Field, Visit};

use super::{
    carried::Carried,
    json::{self, Escaped},
};

/// Names that every line has; an event's own field of that name gets a prefix.
const TAKEN: &[&str] = &["timestamp", "level", "target", "service", "version"];

/// The fields of an event, sorted into what becomes of them.
#[derive(Default)]
pub(crate) struct Fields {
    /// The message, escaped.
    message: String,
    /// The target, for a line that came by the `log` crate.
    target: String,
    context: Carried,
    /// All others as `"name":value,`.
    others: String,
}

impl Fields {
    pub(crate) fn clear(&mut self) {
        self.message.clear();
        self.target.clear();
        self.context.clear();
        self.others.clear();
    }

    pub(crate) fn message(&self, line: &mut String) {
        line.push_str("\"message\":\"");
        line.push_str(&self.message);
        line.push_str("\",");
    }

    pub(crate) fn target(&self) -> Option<&str> {
        (!self.target.is_empty()).then_some(&self.target)
    }

    pub(crate) fn carried(&self) -> &Carried {
        &self.context
    }

    pub(crate) fn others(&self, line: &mut String) {
        line.push_str(&self.others);
    }

    fn key(&mut self, field: &Field) {
        let name = field.name();
        if TAKEN.contains(&name) {
            json::key(&mut self.others, &format!("field.{name}"));
        } else {
            json::key(&mut self.others, name.trim_start_matches("r#"));
        }
    }

    fn raw(&mut self, field: &Field, value: impl fmt::Display) {
        if Carried::is_context(field.name()) {
            self.context.record_debug(field, &format_args!("{value}"));
        } else {
            self.key(field);
            let _ = write!(self.others, "{value},");
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => json::escape(&mut self.message, value),
            "log.target" => self.target.push_str(value),
            "log.module_path" | "log.file" => {}
            name if Carried::is_context(name) => self.context.record_str(field, value),
            _ => {
                self.key(field);
                self.others.push('"');
                json::escape(&mut self.others, value);
                self.others.push_str("\",");
            }
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => {
                let _ = write!(Escaped(&mut self.message), "{value:?}");
            }
            name if Carried::is_context(name) => self.context.record_debug(field, value),
            _ => {
                self.key(field);
                self.others.push('"');
                let _ = write!(Escaped(&mut self.others), "{value:?}");
                self.others.push_str("\",");
            }
        }
    }

    /// An error with all its sources: none of ours prints them itself.
    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.key(field);
        self.others.push('"');
        let mut escaped = Escaped(&mut self.others);
        let _ = write!(escaped, "{value}");
        let mut source = value.source();
        while let Some(error) = source {
            let _ = write!(escaped, ": {error}");
            source = error.source();
        }
        self.others.push_str("\",");
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() != "log.line" {
            self.raw(field, value);
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.raw(field, value);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.raw(field, value);
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.raw(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.raw(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.raw(field, value);
        } else {
            // JSON has no word for it.
            self.record_debug(field, &value);
        }
    }
}

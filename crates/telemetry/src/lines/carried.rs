//! The context fields of a span.

use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};

use crate::CONTEXT_FIELDS;

use super::json;

/// The value of each of [`CONTEXT_FIELDS`] that a span carries.
#[derive(Default)]
pub(crate) struct Carried([Option<Box<str>>; CONTEXT_FIELDS.len()]);

/// Which of [`CONTEXT_FIELDS`] a line has already.
#[derive(Default)]
pub(crate) struct Written([bool; CONTEXT_FIELDS.len()]);

impl Written {
    pub(crate) fn has(&self, position: usize) -> bool {
        self.0[position]
    }
}

impl Carried {
    /// Whether a field of this name is one of them.
    pub(crate) fn is_context(name: &str) -> bool {
        CONTEXT_FIELDS.contains(&name)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    pub(crate) fn clear(&mut self) {
        self.0 = Default::default();
    }

    /// Takes over the values that are newer.
    pub(crate) fn replace(&mut self, newer: Self) {
        for (value, newer) in self.0.iter_mut().zip(newer.0) {
            if newer.is_some() {
                *value = newer;
            }
        }
    }

    /// Writes those that the line does not have yet.
    pub(crate) fn write(&self, line: &mut String, written: &mut Written) {
        for ((name, value), written) in CONTEXT_FIELDS.iter().zip(&self.0).zip(&mut written.0) {
            if let (Some(value), false) = (value, *written) {
                json::text(line, name, value);
                *written = true;
            }
        }
    }

    fn slot(&mut self, field: &Field) -> Option<&mut Option<Box<str>>> {
        let position = CONTEXT_FIELDS.iter().position(|name| *name == field.name())?;
        self.0.get_mut(position)
    }
}

impl Visit for Carried {
    fn record_str(&mut self, field: &Field, value: &str) {
        if let Some(slot) = self.slot(field) {
            *slot = Some(value.into());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if let Some(slot) = self.slot(field) {
            let mut text = String::new();
            let _ = write!(text, "{value:?}");
            *slot = Some(text.into());
        }
    }
}

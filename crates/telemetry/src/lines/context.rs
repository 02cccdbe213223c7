//! The context fields of a span.

use std::fmt::{self, Write as _};

use serde::ser::SerializeMap;
use tracing::field::{Field, Visit};

use crate::CONTEXT_FIELDS;

/// The values of [`CONTEXT_FIELDS`] that one span has.
#[derive(Default)]
pub(crate) struct SpanContext([Option<Box<str>>; CONTEXT_FIELDS.len()]);

/// The set of [`CONTEXT_FIELDS`] that a line already has.
#[derive(Default)]
pub(crate) struct Written([bool; CONTEXT_FIELDS.len()]);

/// The index of a field in [`CONTEXT_FIELDS`].
pub(crate) fn position(name: &str) -> Option<usize> {
    CONTEXT_FIELDS.iter().position(|field| *field == name)
}

impl Written {
    pub(crate) fn contains(&self, position: usize) -> bool {
        self.0[position]
    }

    pub(crate) fn insert(&mut self, position: usize) {
        self.0[position] = true;
    }
}

impl SpanContext {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// Replaces values by those of `newer`.
    pub(crate) fn update(&mut self, newer: Self) {
        for (value, newer) in self.0.iter_mut().zip(newer.0) {
            if newer.is_some() {
                *value = newer;
            }
        }
    }

    /// Serializes the fields that the line does not have yet.
    pub(crate) fn serialize<M: SerializeMap>(
        &self,
        map: &mut M,
        written: &mut Written,
    ) -> Result<(), M::Error> {
        for ((name, value), written) in CONTEXT_FIELDS.iter().zip(&self.0).zip(&mut written.0) {
            if let (Some(value), false) = (value, *written) {
                map.serialize_entry(name, value)?;
                *written = true;
            }
        }
        Ok(())
    }

    fn slot(&mut self, field: &Field) -> Option<&mut Option<Box<str>>> {
        self.0.get_mut(position(field.name())?)
    }
}

impl Visit for SpanContext {
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

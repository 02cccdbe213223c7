//! The characters that the fonts of `plinth-render` have. The table is generated from the fonts,
//! and a test of `plinth-render` compares both.

mod table;

use std::collections::BTreeSet;

use plinth_ports::{GlyphCoverage, PrintedInvoice};
use serde_json::Value;

use crate::data;

/// What can be printed: the characters of the built-in fonts, and of those in a template's folder.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// First and last character of each range of a template's fonts, ascending.
    added: Vec<(u32, u32)>,
}

impl Coverage {
    /// The built-in fonts' characters: all letters of Latin, Greek (with the ancient accents),
    /// Cyrillic, Armenian and Hebrew, basic Arabic and Georgian, and most symbols of commerce,
    /// mathematics and technology. Chinese, Japanese, Korean, Thai, the scripts of India and others
    /// need a font in the template's folder.
    #[must_use]
    pub const fn built_in() -> Self {
        Self { added: Vec::new() }
    }

    /// The built-in characters, and these: ascending ranges, first and last of each.
    #[must_use]
    pub const fn with(added: Vec<(u32, u32)>) -> Self {
        Self { added }
    }

    fn covers(&self, character: char) -> bool {
        let code = u32::from(character);
        [table::RANGES, self.added.as_slice()].into_iter().any(|ranges| {
            let after = ranges.partition_point(|(first, _)| *first <= code);
            after.checked_sub(1).is_some_and(|range| code <= ranges[range].1)
        })
    }

    fn collect(&self, text: &str, missing: &mut BTreeSet<char>) {
        missing.extend(text.chars().filter(|character| !self.covers(*character)));
    }

    fn walk(&self, value: &Value, missing: &mut BTreeSet<char>) {
        match value {
            Value::String(text) => self.collect(text, missing),
            Value::Array(items) => items.iter().for_each(|item| self.walk(item, missing)),
            Value::Object(fields) => fields.values().for_each(|item| self.walk(item, missing)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

impl GlyphCoverage for Coverage {
    fn uncovered(&self, text: &str) -> Vec<char> {
        let mut missing = BTreeSet::new();
        self.collect(text, &mut missing);
        missing.into_iter().collect()
    }

    fn uncovered_in(&self, invoice: &PrintedInvoice) -> Vec<char> {
        let mut missing = BTreeSet::new();
        self.walk(&data::data(invoice, None, None), &mut missing);
        missing.into_iter().collect()
    }
}

/// The built-in ranges, for the test that compares them with the fonts.
#[doc(hidden)]
#[must_use]
pub const fn built_in_ranges() -> &'static [(u32, u32)] {
    table::RANGES
}

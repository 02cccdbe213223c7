use hayro_font::hayro_syntax::{object::Dict, page::Resources};

use crate::pdf::{budget::Budget, content::Operand, lines::Glyph, strings};

/// The maximum depth of marked content. What is deeper is not told apart.
const MAX_OPEN: usize = 512;

/// The glyphs of a page, and the marked content that is open (14.6).
#[derive(Default)]
pub(super) struct Glyphs {
    placed: Vec<Glyph>,
    /// Each with the text to take in place of its glyphs, if one is given.
    open: Vec<Option<Replacement>>,
}

/// A text that stands for the glyphs of marked content (14.9.4).
struct Replacement {
    text: String,
    /// The first glyph, extended to the last one.
    place: Option<Glyph>,
}

impl Glyphs {
    pub(super) fn put(&mut self, glyph: Glyph, budget: &mut Budget) {
        match self.open.iter_mut().flatten().next() {
            Some(Replacement { place: Some(place), .. }) => place.end = glyph.end,
            Some(Replacement { place, .. }) => *place = Some(glyph),
            None => {
                budget.take(glyph.text.len());
                self.placed.push(glyph);
            }
        }
    }

    /// Opens marked content with these properties.
    pub(super) fn open(&mut self, properties: Option<&Operand>, resources: &Resources<'_>) {
        if self.open.len() < MAX_OPEN {
            let text = properties.and_then(|properties| replacement(properties, resources));
            self.open.push(text.map(|text| Replacement { text, place: None }));
        }
    }

    /// Closes the innermost marked content, and puts the text that stands for its glyphs in their
    /// place.
    pub(super) fn close(&mut self, budget: &mut Budget) {
        if let Some(Some(Replacement { text, place: Some(place) })) = self.open.pop()
            && !text.is_empty()
        {
            budget.take(text.len());
            self.placed.push(place.saying(text));
        }
    }

    /// The glyphs so far, after which nothing is open.
    pub(super) fn take(&mut self, budget: &mut Budget) -> Vec<Glyph> {
        while !self.open.is_empty() {
            self.close(budget);
        }
        std::mem::take(&mut self.placed)
    }
}

/// The replacement text of a property list, which is given or named.
fn replacement(properties: &Operand, resources: &Resources<'_>) -> Option<String> {
    match properties {
        Operand::Dictionary(entries) => {
            let entry = entries.iter().find(|(key, _)| key == b"ActualText")?;
            let Operand::Bytes(text) = &entry.1 else { return None };
            Some(strings::decode(text))
        }
        Operand::Name(name) => {
            strings::get(&resources.properties.get::<Dict<'_>>(name)?, "ActualText")
        }
        _ => None,
    }
}

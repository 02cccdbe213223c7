use std::collections::HashMap;

use hayro_font::{GlyphId, OutlineFontData};
use skrifa::{FontRef, MetadataProvider};

/// What an embedded font program says of its glyphs: the characters that it has them for. Fonts
/// without a map to Unicode are readable by it when their writer has kept it.
#[derive(Default)]
pub(crate) struct Program(HashMap<u32, char>);

impl Program {
    pub(crate) fn read(font: &OutlineFontData) -> Self {
        let Ok(font) = FontRef::new((*font.data).as_ref()) else { return Self::default() };
        let mut characters = HashMap::new();
        for (character, glyph) in font.charmap().mappings() {
            // The first one is the plain one of several that look alike.
            if let Some(character) = char::from_u32(character) {
                characters.entry(glyph.to_u32()).or_insert(character);
            }
        }
        Self(characters)
    }

    pub(crate) fn text(&self, glyph: GlyphId) -> Option<String> {
        self.0.get(&glyph.to_u32()).copied().map(String::from)
    }
}

use typst::{foundations::Bytes, text::Font};

use crate::world::Files;

/// The built-in fonts but those for formulas, then those of the template.
///
/// The fonts for formulas have letters of Devanagari as signs. They do not join, so a word of them
/// would be wrong.
pub(crate) fn load(files: &Files) -> Vec<Font> {
    let built_in = typst_assets::fonts().map(Bytes::new).flat_map(Font::iter);
    let built_in = built_in.filter(|font| !font.info().family.contains("Math"));
    let added = files.with_extension(&["otf", "ttc", "ttf"]).into_iter().flat_map(Font::iter);
    built_in.chain(added).collect()
}

use typst::{foundations::Bytes, text::Font};

use crate::world::Files;

/// The built-in fonts, then those of the template.
pub(crate) fn load(files: &Files) -> Vec<Font> {
    let built_in = typst_assets::fonts().map(Bytes::new);
    let added = files.with_extension(&["otf", "ttc", "ttf"]);
    built_in.chain(added).flat_map(Font::iter).collect()
}

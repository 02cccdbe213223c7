use std::collections::HashSet;

use typst::{
    layout::Abs,
    text::{Font, FontVariant, FontVariations},
};

/// Characters that take no glyph: line feed, and what is invisible by definition (the property
/// `Default_Ignorable_Code_Point` of Unicode, as far as it appears in texts).
const INVISIBLE: [(u32, u32); 7] = [
    (0x0a, 0x0a),
    (0xad, 0xad),
    (0x200b, 0x200f),
    (0x2028, 0x202e),
    (0x2060, 0x2064),
    (0x2066, 0x2069),
    (0xfe00, 0xfe0f),
];

/// Whether a character is of private use, so that no two fonts agree on it.
fn is_private(code: u32) -> bool {
    matches!(code, 0xe000..=0xf8ff | 0xf_0000..)
}

/// The ranges of characters that the fonts have, or that take no glyph.
pub(crate) fn ranges(fonts: &[Font]) -> Vec<(u32, u32)> {
    let (covered, claimed): (Vec<_>, Vec<_>) = fonts.iter().map(of_font).unzip();
    // Typst takes the claim for a glyph, and asks no other font.
    let claimed: HashSet<u32> = claimed.into_iter().flatten().collect();
    let invisible = INVISIBLE.into_iter().flat_map(|(first, last)| first..=last);
    let printed = covered
        .into_iter()
        .flatten()
        .filter(|code| !is_private(*code) && !is_control(*code) && !claimed.contains(code));
    let mut codes: Vec<_> = printed.chain(invisible).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
        .chunk_by(|a, b| a + 1 == *b)
        .filter_map(|range| Some((*range.first()?, *range.last()?)))
        .collect()
}

/// The characters that a font has, and those that it maps to the glyph 0, which stands for none.
fn of_font(font: &Font) -> (Vec<u32>, Vec<u32>) {
    let (variant, variations) = (FontVariant::default(), FontVariations::default());
    let face = font.clone().instantiate(variant, Abs::pt(10.0), &variations);
    let glyph = |code| char::from_u32(code).and_then(|character| face.ttf().glyph_index(character));
    let mapped = font.info().coverage.iter();
    mapped.partition(|code| glyph(*code).is_some_and(|glyph| glyph.0 != 0))
}

fn is_control(code: u32) -> bool {
    char::from_u32(code).is_none_or(char::is_control)
}

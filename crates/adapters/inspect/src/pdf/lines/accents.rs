//! Accents that are printed over a letter, as TeX does without a font that has both.

use super::Glyph;

/// Accents as separate characters, and as marks of the character before.
const ACCENTS: [(&str, char); 12] = [
    ("`", '\u{300}'),
    ("´", '\u{301}'),
    ("ˆ", '\u{302}'),
    ("˜", '\u{303}'),
    ("¯", '\u{304}'),
    ("˘", '\u{306}'),
    ("˙", '\u{307}'),
    ("¨", '\u{308}'),
    ("˚", '\u{30a}'),
    ("˝", '\u{30b}'),
    ("ˇ", '\u{30c}'),
    ("¸", '\u{327}'),
];

fn mark(accent: &Glyph) -> Option<char> {
    ACCENTS.iter().find(|(text, _)| **text == *accent.text).map(|(_, mark)| *mark)
}

fn is_letter(glyph: &Glyph) -> bool {
    glyph.text.chars().next_back().is_some_and(char::is_alphabetic)
}

/// Whether two glyphs are a letter and its accent, in any order, over one another.
pub(super) fn belong(one: &Glyph, other: &Glyph) -> bool {
    let (accent, letter) = match (mark(one), mark(other)) {
        (Some(_), None) => (one, other),
        (None, Some(_)) => (other, one),
        _ => return false,
    };
    let centre = |glyph: &Glyph| glyph.start.midpoint(glyph.end);
    let apart = one.along.dot(centre(accent) - centre(letter)).abs();
    is_letter(letter) && apart < 0.3 * letter.em && apart < letter.length().max(accent.length())
}

/// The glyphs with accents behind their letters.
pub(super) fn combined(glyphs: Vec<Glyph>) -> Vec<Glyph> {
    let mut combined: Vec<Glyph> = Vec::with_capacity(glyphs.len());
    for glyph in glyphs {
        let Some(last) = combined.last_mut().filter(|last| belong(last, &glyph)) else {
            combined.push(glyph);
            continue;
        };
        let (letter, accent) =
            if mark(last).is_some() { (glyph, &*last) } else { (last.clone(), &glyph) };
        let Some(mark) = mark(accent) else { continue };
        let text = format!("{}{mark}", letter.text);
        *last = Glyph { text: text.into(), ..letter };
    }
    combined
}

//! Text from right to left.
//!
//! Some writers store such text in the order of reading, others in the order of sight. The
//! positions are the same, so the order of sight is made from them, and the order of reading from
//! that.

use std::rc::Rc;

use super::{Glyph, spaced};

/// The blocks of Hebrew, Arabic, Syriac, Thaana, N'Ko and their extensions and presentation forms.
const FROM_RIGHT: [std::ops::RangeInclusive<char>; 5] = [
    '\u{590}'..='\u{8ff}',
    '\u{fb1d}'..='\u{fdff}',
    '\u{fe70}'..='\u{fefc}',
    '\u{10800}'..='\u{10fff}',
    '\u{1e800}'..='\u{1efff}',
];

const PAIRS: [(&str, &str); 5] = [("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"), ("«", "»")];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    FromRight,
    FromLeft,
    Neutral,
}

/// Whether a text is written from right to left.
pub(super) fn is_from_right(text: &str) -> bool {
    text.chars().any(|c| FROM_RIGHT.iter().any(|block| block.contains(&c)) && !c.is_numeric())
}

fn class(text: &str) -> Class {
    if is_from_right(text) {
        Class::FromRight
    } else if text.chars().any(char::is_alphanumeric) {
        Class::FromLeft
    } else {
        Class::Neutral
    }
}

/// The glyphs of a line in the order of reading, with spaces.
pub(super) fn logical(glyphs: Vec<Glyph>) -> Vec<Rc<str>> {
    let mut seen = spaced(by_sight(glyphs)).map(|glyph| glyph.text).collect::<Vec<_>>();
    let classes: Vec<Class> = seen.iter().map(|text| class(text)).collect();
    let count = |class| classes.iter().filter(|other| **other == class).count();
    let is_letter = |text: &&Rc<str>| text.chars().any(char::is_alphabetic) && !is_from_right(text);
    let letters = seen.iter().filter(is_letter).count();
    if count(Class::FromRight) >= letters {
        mirror(&mut seen, &classes);
        seen.reverse();
        let classes: Vec<Class> = classes.into_iter().rev().collect();
        for run in runs(&classes, Class::FromLeft) {
            mirror(&mut seen[run.clone()], &classes[run.clone()]);
            seen[run].reverse();
        }
    } else {
        for run in runs(&classes, Class::FromRight) {
            let inner = &classes[run.clone()];
            mirror(&mut seen[run.clone()], inner);
            seen[run].reverse();
        }
    }
    seen
}

/// The glyphs from left to right; one that takes no room stays behind the glyph that it marks.
fn by_sight(glyphs: Vec<Glyph>) -> Vec<Glyph> {
    let Some(origin) = glyphs.first().map(|first| (first.start, first.along)) else {
        return glyphs;
    };
    let mut clusters: Vec<(f64, Vec<Glyph>)> = Vec::new();
    for glyph in glyphs {
        let place = origin.1.dot(glyph.start - origin.0);
        match clusters.last_mut() {
            Some((_, cluster)) if glyph.length() < 0.01 * glyph.em => cluster.push(glyph),
            _ => clusters.push((place, vec![glyph])),
        }
    }
    clusters.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    // A cluster is one glyph from here on: its order is that of reading.
    let merged = clusters.into_iter().filter_map(|(_, cluster)| {
        let text: String = cluster.iter().map(|glyph| &*glyph.text).collect();
        let first = cluster.into_iter().next()?;
        Some(Glyph { text: text.into(), ..first })
    });
    merged.collect()
}

/// The runs from a text of a class to the last one before the class changes.
fn runs(classes: &[Class], class: Class) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    let mut open = false;
    for (at, other) in classes.iter().enumerate() {
        if *other == class {
            match runs.last_mut() {
                Some(run) if open => run.end = at + 1,
                _ => runs.push(at..at + 1),
            }
            open = true;
        } else if *other != Class::Neutral {
            open = false;
        }
    }
    runs
}

/// Brackets are stored by their meaning, and seen by their shape.
fn mirror(texts: &mut [Rc<str>], classes: &[Class]) {
    for (text, class) in texts.iter_mut().zip(classes) {
        if *class != Class::Neutral {
            continue;
        }
        for (left, right) in PAIRS {
            if **text == *left {
                *text = right.into();
                break;
            } else if **text == *right {
                *text = left.into();
                break;
            }
        }
    }
}

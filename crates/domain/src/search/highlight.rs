use std::ops::Range;

use super::{fold, script::Part};

/// The most characters of an excerpt.
const EXCERPT_CHARS: usize = 240;
/// How many characters are shown before what is found first.
const BEFORE: usize = 60;

/// A part of a text with the places of what was looked for. The text has no control characters, and no
/// markup that the text itself does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// At most 240 characters.
    pub text: String,
    /// The places in it, in characters, in their order and apart from each other.
    pub ranges: Vec<Range<usize>>,
}

/// What is marked in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marked {
    /// Whole words, as texts are searched.
    Words,
    /// Any part, as names are searched.
    Parts,
}

/// The part of `text` that begins shortly before the first of these folded words, or else its
/// beginning.
#[must_use]
pub fn excerpt(text: &str, words: &[String], marked: Marked) -> Excerpt {
    let chars: Vec<char> = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let found = places(&chars, words, marked);
    let from = found.first().map_or(0, |first| word_start(&chars, first.start));
    let to = chars.len().min(from + EXCERPT_CHARS);
    let ranges = found.into_iter().filter(|place| place.end <= to);
    Excerpt {
        text: chars[from..to].iter().collect(),
        ranges: ranges.map(|place| place.start - from..place.end - from).collect(),
    }
}

/// The begin of a word at most [`BEFORE`] characters before `at`.
fn word_start(chars: &[char], at: usize) -> usize {
    let from = at.saturating_sub(BEFORE);
    if from == 0 {
        return 0;
    }
    (from..at).find(|&i| chars[i - 1].is_whitespace()).unwrap_or(from)
}

/// A folded character, and the place of what it was made of.
struct Folded {
    c: char,
    of: Range<usize>,
}

fn places(chars: &[char], words: &[String], marked: Marked) -> Vec<Range<usize>> {
    let folded = folded(chars);
    let words: Vec<Vec<char>> = words.iter().map(|word| word.chars().collect()).collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < folded.len() {
        let here = words.iter().filter(|word| is_at(&folded, at, word, marked));
        match here.map(Vec::len).max() {
            Some(length) => {
                found.push(folded[at].of.start..folded[at + length - 1].of.end);
                at += length;
            }
            None => at += 1,
        }
    }
    // A ligature may be the end of one place and the begin of the next.
    found.dedup_by(|next, before| next.start < before.end);
    found
}

fn is_at(folded: &[Folded], at: usize, word: &[char], marked: Marked) -> bool {
    let Some(text) = folded.get(at..at + word.len()) else { return false };
    let (Some(first), Some(last)) = (word.first(), word.last()) else { return false };
    let goes_on = |c: Option<&Folded>| c.is_some_and(|c| Part::of(c.c) == Part::Word);
    let is_inside = |edge: char, beside: Option<&Folded>| {
        marked == Marked::Words && Part::of(edge) == Part::Word && goes_on(beside)
    };
    let before = at.checked_sub(1).and_then(|before| folded.get(before));
    text.iter().map(|c| c.c).eq(word.iter().copied())
        && !is_inside(*first, before)
        && !is_inside(*last, folded.get(at + word.len()))
}

/// Folds each character with its accents.
fn folded(chars: &[char]) -> Vec<Folded> {
    let mut folded = Vec::with_capacity(chars.len());
    let mut start = 0;
    while start < chars.len() {
        let accents =
            chars[start + 1..].iter().take_while(|c| ('\u{300}'..='\u{36f}').contains(*c));
        let end = start + 1 + accents.count();
        let letter: String = chars[start..end].iter().collect();
        folded.extend(fold(&letter).chars().map(|c| Folded { c, of: start..end }));
        start = end;
    }
    folded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::search::asked_words;

    fn marked_in(text: &str, query: &str, marked: Marked) -> Vec<String> {
        let excerpt = excerpt(text, &asked_words(query), marked);
        let chars: Vec<char> = excerpt.text.chars().collect();
        excerpt.ranges.into_iter().map(|range| chars[range].iter().collect()).collect()
    }

    #[test]
    fn what_is_found_is_marked_in_any_form_of_the_same_letters() {
        for (text, query, marked) in [
            ("Beton und BETON, Stahlbeton", "beton", vec!["Beton", "BETON"]),
            ("die Bru\u{308}cke", "BRÜCKE", vec!["Bru\u{308}cke"]),
            ("Hauptstraße 1", "hauptstrasse", vec!["Hauptstraße"]),
            ("橋の基礎工事", "基礎", vec!["基礎"]),
            ("nothing here", "beton", vec![]),
            ("", "beton", vec![]),
        ] {
            assert_eq!(marked_in(text, query, Marked::Words), marked, "{query} in {text}");
        }
        assert_eq!(marked_in("Stahlbeton", "beton", Marked::Parts), ["beton"]);
    }

    #[test]
    fn an_excerpt_begins_shortly_before_what_is_found() {
        let text = format!("{}the frost line\u{7}{}", "a few words ".repeat(50), " b".repeat(300));
        let found = excerpt(&text, &asked_words("frost"), Marked::Words);
        assert_eq!(found.text.chars().count(), EXCERPT_CHARS);
        assert!(found.text.starts_with("few words ") || found.text.starts_with("words "));
        assert!(found.ranges[0].start <= BEFORE && !found.text.contains('\u{7}'));
    }

    proptest! {
        #[test]
        fn ranges_are_in_the_excerpt_in_order(text: String, word in "[a-zß基]{1,2}", parts: bool) {
            let marked = if parts { Marked::Parts } else { Marked::Words };
            let excerpt = excerpt(&text, &[word], marked);
            let mut behind = 0;
            for range in excerpt.ranges {
                prop_assert!(behind <= range.start && range.start < range.end);
                behind = range.end;
            }
            prop_assert!(behind <= excerpt.text.chars().count());
        }
    }
}

use std::collections::HashSet;

use super::{fold, script::Part};

/// The longest word in characters; of a longer one the beginning counts. The longest query is as long.
const WORD_CHARS: usize = 100;

/// The different words of a text, folded, separated by one blank each.
///
/// A word that is hyphenated at the end of a line is there as a whole and in parts: the hyphen may
/// belong to it. Text without blanks between words, such as Chinese, is there by its characters and
/// its pairs of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchableText(String);

impl SearchableText {
    /// The longest text in bytes: 1 MiB, which is also what a `tsvector` holds.
    pub const MAX_BYTES: usize = 1 << 20;

    /// The words of the first [`MAX_BYTES`](Self::MAX_BYTES) of `text`. Of text that becomes longer
    /// by folding or as pairs of characters, the last words are left out.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = &text[..text.floor_char_boundary(Self::MAX_BYTES)];
        let folded = folded_lines(text);
        let (mut known, mut words) = (HashSet::new(), String::new());
        let mut add = |word: &str| {
            let word = shortened(word);
            let fits = words.len() + word.len() < Self::MAX_BYTES;
            if fits && !known.contains(word) {
                known.insert(word.to_owned());
                if !words.is_empty() {
                    words.push(' ');
                }
                words.push_str(word);
            }
        };
        for run in runs(&folded) {
            match run {
                Run::Word(word) => add(word),
                Run::Hyphenated(parts) => {
                    add(&parts.concat());
                    parts.into_iter().for_each(&mut add);
                }
                Run::Unspaced(text) => {
                    grams(text, 1).for_each(&mut add);
                    grams(text, 2).for_each(&mut add);
                }
            }
        }
        Self(words)
    }

    /// The words, separated by blanks; empty without words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The different words that a text must have so that it is found by `query`; none for a query of
/// punctuation.
#[must_use]
pub fn asked_words(query: &str) -> Vec<String> {
    let folded = folded_lines(query);
    let mut words: Vec<String> = Vec::new();
    let mut add = |word: &str| {
        let word = shortened(word);
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    };
    for run in runs(&folded) {
        match run {
            Run::Word(word) => add(word),
            Run::Hyphenated(parts) => add(&parts.concat()),
            Run::Unspaced(text) if text.chars().nth(1).is_none() => add(text),
            Run::Unspaced(text) => grams(text, 2).for_each(&mut add),
        }
    }
    words
}

/// Characters that belong together.
#[derive(Debug)]
enum Run<'t> {
    Word(&'t str),
    /// The parts of a word that is divided by ends of lines.
    Hyphenated(Vec<&'t str>),
    Unspaced(&'t str),
}

/// Folds a text whose soft hyphens at the ends of lines are hyphens; all others go.
fn folded_lines(text: &str) -> String {
    if !text.contains('\u{ad}') {
        return fold(text);
    }
    let mut rest = text.chars().peekable();
    let mut lines = String::with_capacity(text.len());
    while let Some(c) = rest.next() {
        let ends = c == '\u{ad}' && rest.peek().is_some_and(|next| next.is_whitespace());
        lines.push(if ends { '-' } else { c });
    }
    fold(&lines)
}

fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c| Part::of(c) == Part::Separator);
        let part = Part::of(rest.chars().next()?);
        let mut run = take(&mut rest, part);
        if part == Part::Unspaced {
            return Some(Run::Unspaced(run));
        }
        let mut parts = Vec::new();
        while let Some(next) = next_line(run, rest) {
            parts.push(run);
            rest = next;
            run = take(&mut rest, Part::Word);
        }
        if parts.is_empty() {
            return Some(Run::Word(run));
        }
        parts.push(run);
        Some(Run::Hyphenated(parts))
    })
}

/// Takes the characters of the same part from the beginning.
fn take<'t>(rest: &mut &'t str, part: Part) -> &'t str {
    let end = rest.find(|c| Part::of(c) != part).unwrap_or(rest.len());
    let (taken, left) = rest.split_at(end);
    *rest = left;
    taken
}

/// The text behind the hyphen and the end of the line, if `word` goes on there.
fn next_line<'t>(word: &str, rest: &'t str) -> Option<&'t str> {
    let behind = rest.strip_prefix(['-', '\u{2010}'])?;
    let next = behind.trim_start();
    let blank = &behind[..behind.len() - next.len()];
    let begins = |c: char| c.is_alphabetic() && Part::of(c) == Part::Word;
    let is_divided = blank
        .contains(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
        && !word.ends_with(char::is_numeric)
        && next.starts_with(begins);
    is_divided.then_some(next)
}

/// Every `length` characters that follow one another.
fn grams(text: &str, length: usize) -> impl Iterator<Item = &str> {
    text.char_indices().filter_map(move |(start, _)| {
        let mut ends = text[start..].char_indices().map(|(at, c)| start + at + c.len_utf8());
        ends.nth(length - 1).map(|end| &text[start..end])
    })
}

fn shortened(word: &str) -> &str {
    word.char_indices().nth(WORD_CHARS).map_or(word, |(end, _)| &word[..end])
}

#[cfg(test)]
mod tests;

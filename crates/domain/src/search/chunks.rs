use std::ops::Range;

/// The most characters of a chunk.
const MAX_CHARS: usize = 1000;
/// The fewest characters of a chunk before its end is looked for.
const MIN_CHARS: usize = 600;
/// How many characters of a chunk the next one repeats, at most.
const OVERLAP: usize = 150;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextChunk {
    /// Where it begins, in characters of the text.
    pub start: usize,
    /// Its characters as they are in the text; NUL, which PostgreSQL refuses, is a blank.
    pub content: String,
}

/// The most chunks of a text: each begins 450 characters behind the one before it.
pub const MAX_CHUNKS: usize = super::SearchableText::MAX_BYTES.div_ceil(MIN_CHARS - OVERLAP);

/// The first [`MAX_BYTES`](super::SearchableText::MAX_BYTES) of a text in pieces of 600 to 1,000
/// characters, the last of which may be shorter. A piece ends at the end of a sentence or a line, or
/// else between two words, where there is such a place. The next one begins up to 150 characters
/// before that, with a word. Blank pieces are left out.
#[must_use]
pub fn chunks(text: &str) -> Vec<TextChunk> {
    let text = &text[..text.floor_char_boundary(super::SearchableText::MAX_BYTES)];
    let chars: Vec<char> = text.chars().map(|c| if c == '\0' { ' ' } else { c }).collect();
    let (mut chunks, mut start) = (Vec::new(), 0);
    while start < chars.len() {
        let end = end_of(&chars, start);
        let content: String = chars[start..end].iter().collect();
        if !content.trim().is_empty() {
            chunks.push(TextChunk { start, content });
        }
        start = if end == chars.len() { end } else { next_start(&chars, end) };
    }
    chunks
}

fn end_of(chars: &[char], start: usize) -> usize {
    if chars.len() - start <= MAX_CHARS {
        return chars.len();
    }
    let places = || (start + MIN_CHARS..=start + MAX_CHARS).rev();
    let sentence = places().find(|&end| ends_sentence(chars, end));
    let word = || places().find(|&end| chars[end - 1].is_whitespace());
    sentence.or_else(word).unwrap_or(start + MAX_CHARS)
}

fn ends_sentence(chars: &[char], end: usize) -> bool {
    match chars[end - 1] {
        '\n' | '\u{2029}' | '。' | '！' | '？' => true,
        '.' | '!' | '?' | '…' => chars.get(end).is_none_or(|next| next.is_whitespace()),
        _ => false,
    }
}

fn next_start(chars: &[char], end: usize) -> usize {
    let start = end - OVERLAP;
    let begins = |at: &usize| chars[at - 1].is_whitespace() && !chars[*at].is_whitespace();
    (start..end).find(begins).unwrap_or(start)
}

/// The characters of a text in this range, made of its chunks from there on, each with where it
/// begins; and whether chunks have characters behind the range. Blank pieces that have no chunk become
/// blanks.
pub fn joined<'a>(
    chunks: impl Iterator<Item = (usize, &'a str)>,
    range: Range<usize>,
) -> (String, bool) {
    let (mut text, mut at) = (String::new(), range.start);
    for (start, content) in chunks {
        while at < start.min(range.end) {
            text.push(' ');
            at += 1;
        }
        for character in content.chars().skip(at.saturating_sub(start)) {
            if at >= range.end {
                return (text, true);
            }
            text.push(character);
            at += 1;
        }
    }
    (text, false)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_chunk_ends_with_a_sentence_and_the_next_begins_with_a_word_before_it() {
        let sentence = "The contractor lays the foundation before the first frost of the year. ";
        let text = sentence.repeat(40);
        let found = chunks(&text);
        assert!(found.len() > 2);
        for pair in found.windows(2) {
            assert!(pair[0].content.ends_with('.'), "{:?}", pair[0]);
            let end = pair[0].start + pair[0].content.chars().count();
            assert!((1..=OVERLAP).contains(&(end - pair[1].start)), "{pair:?}");
            assert!(text[..pair[1].start].ends_with(' '), "{:?}", pair[1]);
        }
    }

    #[test]
    fn the_longest_text_has_a_bounded_number_of_chunks() {
        for text in ["a".repeat(2 << 20), "a ".repeat(1 << 20), "a. ".repeat(1 << 19)] {
            let found = chunks(&text);
            assert!(found.len() <= MAX_CHUNKS, "{}", found.len());
        }
        assert!(chunks("").is_empty() && chunks(" \n\t ").is_empty());
    }

    fn text() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            "[a-zäß]{1,12}".boxed(),
            "[.!?\n \t\0]{1,3}".boxed(),
            (1..300_usize).prop_map(|n| "基礎。工".repeat(n)).boxed(),
            (1..1200_usize).prop_map(|n| "x".repeat(n)).boxed(),
            (1..60_usize).prop_map(|n| "A sentence. ".repeat(n)).boxed(),
            any::<String>().boxed(),
        ];
        proptest::collection::vec(word, 0..30).prop_map(|words| words.join(" "))
    }

    proptest! {
        #[test]
        fn no_text_is_lost_and_positions_are_true(text in text()) {
            let chars: Vec<char> = text.chars().map(|c| if c == '\0' { ' ' } else { c }).collect();
            let found = chunks(&text);
            prop_assert_eq!(&found, &chunks(&text));
            let mut covered = 0;
            for chunk in &found {
                let content: Vec<char> = chunk.content.chars().collect();
                prop_assert!(content.len() <= MAX_CHARS);
                prop_assert_eq!(&chars[chunk.start..chunk.start + content.len()], &content[..]);
                let skipped = chars.get(covered..chunk.start).unwrap_or_default();
                prop_assert!(skipped.iter().all(|c| c.is_whitespace()));
                covered = chunk.start + content.len();
            }
            prop_assert!(chars[covered..].iter().all(|c| c.is_whitespace()));
        }

        #[test]
        fn chunks_are_joined_to_the_text_that_they_were_made_of(
            text in text(),
            from in 0..3000_usize,
            length in 1..3000_usize,
        ) {
            let found = chunks(&text);
            let pieces = found.iter().map(|chunk| (chunk.start, chunk.content.as_str()));
            let (joined, has_more) = joined(pieces, from..from + length);
            let blank = |c: char| if c.is_whitespace() || c == '\0' { ' ' } else { c };
            let expected: String = text.chars().skip(from).take(length).map(blank).collect();
            let joined: String = joined.chars().map(blank).collect();
            prop_assert_eq!(joined.trim_end(), expected.trim_end());
            let rest: String = text.chars().skip(from + length).map(blank).collect();
            prop_assert!(has_more || rest.trim().is_empty());
        }
    }
}

use std::collections::HashSet;

use plinth_domain::search::SearchableText;
use plinth_ports::Search;

use crate::trigram::word_similarity;

/// The least similarity of a found word: `pg_trgm.word_similarity_threshold`.
const ALIKE: f32 = 0.6;

/// Whether folded text contains what is looked for or, in a fuzzy search, something similar.
pub(super) fn is_in(search: &Search, text: &str) -> bool {
    let asked = search.text();
    let is_alike = || search.alike().is_some_and(|asked| word_similarity(asked, text) >= ALIKE);
    !asked.is_empty() && (text.contains(asked) || is_alike())
}

/// Whether the text has each of the words.
pub(super) fn has_all_words(search: &Search, text: &SearchableText) -> bool {
    let words: HashSet<&str> = text.as_str().split(' ').collect();
    !search.words().is_empty() && search.words().iter().all(|word| words.contains(word.as_str()))
}

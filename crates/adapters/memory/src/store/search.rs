use std::collections::HashSet;

use plinth_ports::Search;

use crate::trigram::word_similarity;

/// The least similarity of a found word: `pg_trgm.word_similarity_threshold`.
const ALIKE: f32 = 0.6;

/// Whether lower-case text contains the words or, in a fuzzy search, similar
/// ones.
pub(super) fn is_in(search: &Search, text: &str) -> bool {
    text.contains(&search.text) || (search.fuzzy && word_similarity(&search.text, text) >= ALIKE)
}

/// Whether lower-case text contains each of the words.
pub(super) fn has_all_words(search: &Search, text: &str) -> bool {
    let words = |text: &str| -> HashSet<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    let asked = words(&search.text);
    !asked.is_empty() && asked.is_subset(&words(text))
}

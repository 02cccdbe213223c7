use std::collections::HashSet;

use plinth_domain::{Description, Project};
use plinth_ports::Search;

use crate::trigram::word_similarity;

/// From here on a word counts as alike: `pg_trgm.word_similarity_threshold`.
const ALIKE: f32 = 0.6;

/// Whether a project has these words, or words like them.
pub(super) fn finds(search: &Search, project: &Project) -> bool {
    let description = project.description.as_ref().map_or("", Description::as_str);
    let text = format!("{} {} {description}", project.code.as_str(), project.name.as_str());
    is_in(search, &text.to_lowercase())
}

/// Whether lower-case text has these words, or words like them.
pub(super) fn is_in(search: &Search, text: &str) -> bool {
    text.contains(&search.text) || (search.fuzzy && word_similarity(&search.text, text) >= ALIKE)
}

/// Whether each of the words is one of lower-case text's.
pub(super) fn has_all_words(search: &Search, text: &str) -> bool {
    let words = |text: &str| -> HashSet<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    let asked = words(&search.text);
    !asked.is_empty() && asked.is_subset(&words(text))
}

use domain::{Description, Project};
use ports::Search;

use crate::trigram::word_similarity;

/// From here on a word counts as alike: `pg_trgm.word_similarity_threshold`.
const ALIKE: f32 = 0.6;

/// Whether a project has these words, or words like them.
pub(super) fn finds(search: &Search, project: &Project) -> bool {
    let description = project.description.as_ref().map_or("", Description::as_str);
    let text = format!("{} {} {description}", project.code.as_str(), project.name.as_str());
    let text = text.to_lowercase();
    text.contains(&search.text) || (search.fuzzy && word_similarity(&search.text, &text) >= ALIKE)
}

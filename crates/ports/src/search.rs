use plinth_domain::search::{asked_words, fold};

/// A text search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    text: String,
    words: Vec<String>,
    /// Whether similar names (by trigrams) are found, too.
    pub fuzzy: bool,
}

impl Search {
    /// Looks for `query`, of at most 100 characters.
    #[must_use]
    pub fn new(query: &str, fuzzy: bool) -> Self {
        // No stored text has this character, and PostgreSQL refuses it.
        let text = fold(&query.replace('\0', " ")).trim().to_owned();
        Self { text, words: asked_words(query), fuzzy }
    }

    /// What names contain, folded as they are. Empty finds no name.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The words that texts have, all of them. None finds no text.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

use plinth_domain::search::{asked_words, fold};

/// A text search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    text: String,
    words: Vec<String>,
    /// Whether similar names are found, too: see [`alike`](Self::alike).
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

    /// What names are compared with by trigrams, in a fuzzy search. Fewer than three letters or
    /// digits in a row are like too much, and the comparison costs thirty times that of parts.
    #[must_use]
    pub fn alike(&self) -> Option<&str> {
        let mut runs = self.text.split(|c: char| !c.is_alphanumeric());
        let compares = self.fuzzy && runs.any(|run| run.chars().nth(2).is_some());
        compares.then_some(self.text.as_str())
    }

    /// The words that texts have, all of them. None finds no text.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

#[cfg(test)]
mod tests {
    use super::Search;

    #[test]
    fn three_letters_or_digits_in_a_row_have_something_similar() {
        for (query, alike) in [
            ("Brücke", Some("brücke")),
            ("a-123", Some("a-123")),
            ("мост", Some("мост")),
            ("ab cd", None),
            ("基礎", None),
            ("--", None),
        ] {
            assert_eq!(Search::new(query, true).alike(), alike);
            assert_eq!(Search::new(query, false).alike(), None);
        }
    }
}

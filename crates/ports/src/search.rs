/// A text search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The words to find, in lower case, 1 to 100 characters.
    pub text: String,
    /// Whether similar words (by trigrams) are found, too.
    pub fuzzy: bool,
}

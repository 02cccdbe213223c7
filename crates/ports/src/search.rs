/// Words to look for in the text of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// What to look for, lower case, 1 to 100 characters.
    pub text: String,
    /// Whether a word that is only alike (by trigrams) counts, too.
    pub fuzzy: bool,
}

//! Enumerations.

use super::Reader;

/// One of several words, each with its value.
pub(crate) struct Choice<T: 'static>(pub(crate) &'static [(&'static str, T)]);

impl<T: Copy> Reader for Choice<T> {
    type Value = T;

    fn expects(&self) -> String {
        let words: Vec<_> = self.0.iter().map(|(word, _)| format!("`{word}`")).collect();
        words.join(" or ")
    }

    fn read(&self, text: &str) -> Result<T, String> {
        let found = self.0.iter().find(|(word, _)| *word == text);
        found.map(|(_, value)| *value).ok_or_else(|| text.to_owned())
    }
}

/// A boolean.
pub(crate) struct Flag;

impl Reader for Flag {
    type Value = bool;

    fn expects(&self) -> String {
        "`true` or `false`".to_owned()
    }

    fn read(&self, text: &str) -> Result<bool, String> {
        text.parse().map_err(|_| text.to_owned())
    }
}

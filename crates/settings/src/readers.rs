//! How the text of a setting becomes a value of its type.

mod choices;
mod lists;
mod numbers;
mod places;
mod words;

pub(crate) use choices::{Choice, Flag};
pub(crate) use lists::Origins;
pub(crate) use numbers::{Address, Number, Ratio, Span, Unit};
pub(crate) use places::{Bucket, Folder};
pub(crate) use words::{BaseUrl, Headers, Identifier, Levels, SecretText, SecretUrl, Word};

/// Turns the text of a setting into its value.
pub(crate) trait Reader {
    /// What comes out.
    type Value;
    /// Whether the text must never be shown.
    const SECRET: bool = false;
    /// Whether the setting may be left out without a default.
    const OPTIONAL: bool = false;

    /// What the text has to be; completes "expected …".
    fn expects(&self) -> String;

    /// The value, or the part of the text that is wrong.
    fn read(&self, text: &str) -> Result<Self::Value, String>;

    /// The value of a setting that is left out, if it can be.
    fn absent(&self) -> Option<Self::Value> {
        None
    }
}

/// A setting that may be left out.
pub(crate) struct Maybe<R>(pub(crate) R);

impl<R: Reader> Reader for Maybe<R> {
    type Value = Option<R::Value>;
    const SECRET: bool = R::SECRET;
    const OPTIONAL: bool = true;

    fn expects(&self) -> String {
        self.0.expects()
    }

    fn read(&self, text: &str) -> Result<Self::Value, String> {
        self.0.read(text).map(Some)
    }

    fn absent(&self) -> Option<Self::Value> {
        Some(None)
    }
}

//! Parsers that turn the text of a setting into a typed value.

mod choices;
mod lists;
mod numbers;
mod paths;
mod text;

pub(crate) use choices::{Choice, Flag};
pub(crate) use lists::{
    HostPorts, MasterKeyList, OidcProviderList, OperatorKeyList, Origins, PlanReader, Spans,
};
pub(crate) use numbers::{Address, Number, Ratio, Socket, Span, Unit};
pub(crate) use paths::{Bucket, Folder};
pub(crate) use text::{BaseUrl, Headers, Identifier, Levels, Line, SecretText, SecretUrl, Word};

/// Parses the text of a setting.
pub(crate) trait Reader {
    /// The type of the value.
    type Value;
    /// Whether the text must never be displayed.
    const SECRET: bool = false;
    /// Whether the setting is optional although it has no default.
    const OPTIONAL: bool = false;

    /// Describes a valid text; completes "expected …".
    fn expects(&self) -> String;

    /// The value, or the invalid part of the text.
    fn read(&self, text: &str) -> Result<Self::Value, String>;

    /// The value of an unset setting, if it is optional.
    fn absent(&self) -> Option<Self::Value> {
        None
    }
}

/// An optional setting.
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

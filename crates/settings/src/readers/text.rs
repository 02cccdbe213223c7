//! Names, URLs, secrets.

use secrecy::SecretString;
use url::Url;

use crate::{LogFilter, OtlpHeaders};

use super::Reader;

/// A name without spaces.
pub(crate) struct Word;

impl Reader for Word {
    type Value = String;

    fn expects(&self) -> String {
        "1 to 255 printable ASCII characters without spaces".to_owned()
    }

    fn read(&self, text: &str) -> Result<String, String> {
        let fits = (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(text.to_owned()) } else { Err(text.to_owned()) }
    }
}

/// A line of text.
pub(crate) struct Line;

impl Reader for Line {
    type Value = String;

    fn expects(&self) -> String {
        "1 to 100 characters in one line".to_owned()
    }

    fn read(&self, text: &str) -> Result<String, String> {
        let fits = (1..=100).contains(&text.chars().count()) && !text.contains(char::is_control);
        if fits { Ok(text.to_owned()) } else { Err(text.to_owned()) }
    }
}

/// An SQL identifier that needs no quotes, within PostgreSQL's limit of 63 bytes.
pub(crate) struct Identifier;

impl Reader for Identifier {
    type Value = String;

    fn expects(&self) -> String {
        "a PostgreSQL identifier: a lowercase letter or `_`, then lowercase letters, digits and \
         `_`, at most 63 characters"
            .to_owned()
    }

    fn read(&self, text: &str) -> Result<String, String> {
        let head = |b: u8| b.is_ascii_lowercase() || b == b'_';
        let fits = text.len() <= 63
            && text.bytes().next().is_some_and(head)
            && text.bytes().all(|b| head(b) || b.is_ascii_digit());
        if fits { Ok(text.to_owned()) } else { Err(text.to_owned()) }
    }
}

/// A secret with a minimum number of characters.
pub(crate) struct SecretText {
    pub(crate) at_least: usize,
}

impl Reader for SecretText {
    type Value = SecretString;
    const SECRET: bool = true;

    fn expects(&self) -> String {
        format!("at least {} characters", self.at_least)
    }

    fn read(&self, text: &str) -> Result<SecretString, String> {
        if text.chars().count() < self.at_least {
            return Err(String::new());
        }
        Ok(text.into())
    }
}

/// A URL with one of these schemes. It is secret because it may contain a password.
pub(crate) struct SecretUrl(pub(crate) &'static [&'static str]);

impl Reader for SecretUrl {
    type Value = SecretString;
    const SECRET: bool = true;

    fn expects(&self) -> String {
        let schemes: Vec<_> = self.0.iter().map(|scheme| format!("{scheme}://")).collect();
        format!("a URL that begins with {}", schemes.join(" or "))
    }

    fn read(&self, text: &str) -> Result<SecretString, String> {
        match Url::parse(text) {
            Ok(url) if self.0.contains(&url.scheme()) && text.contains("://") => Ok(text.into()),
            _ => Err(String::new()),
        }
    }
}

/// An HTTP(S) URL that paths are appended to. It may not contain credentials.
pub(crate) struct BaseUrl;

impl Reader for BaseUrl {
    type Value = Url;

    fn expects(&self) -> String {
        "a URL that begins with http:// or https://, without user, password, query or fragment"
            .to_owned()
    }

    fn read(&self, text: &str) -> Result<Url, String> {
        let plain = |url: &Url| {
            matches!(url.scheme(), "http" | "https")
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        };
        match Url::parse(text) {
            Ok(url) if plain(&url) => Ok(url),
            // A password may be before the @, a token after the ?.
            _ if text.contains(['@', '?']) => Err("a URL with one of these parts".to_owned()),
            _ => Err(text.to_owned()),
        }
    }
}

/// A filter of log lines.
pub(crate) struct Levels;

impl Reader for Levels {
    type Value = LogFilter;

    fn expects(&self) -> String {
        "a level (off, error, warn, info, debug, trace), optionally followed by target=level, \
         separated by commas"
            .to_owned()
    }

    fn read(&self, text: &str) -> Result<LogFilter, String> {
        LogFilter::parse(text)
    }
}

/// Headers for the OTLP collector.
pub(crate) struct Headers;

impl Reader for Headers {
    type Value = OtlpHeaders;
    const SECRET: bool = true;

    fn expects(&self) -> String {
        "name=value pairs separated by commas, the values percent-encoded".to_owned()
    }

    fn read(&self, text: &str) -> Result<OtlpHeaders, String> {
        OtlpHeaders::parse(text).ok_or_else(String::new)
    }
}

use std::fmt;

use crate::{Invalid, text::checked};

crate::codes! {
    EMAIL_MALFORMED = "email.malformed", "A value is no e-mail address.";
}

/// An e-mail address, lower-cased: at most 254 characters (RFC 5321, 4.5.3.1.3),
/// one `@`, a local part of at most 64, a dotted or single-label domain.
///
/// Only a delivered message proves that an address exists, so this check refuses only impossible
/// addresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// The maximum length in characters.
    pub const MAX: usize = 254;

    /// Parses an address and lower-cases it, so that two spellings are equal.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let malformed = || Invalid::new(EMAIL_MALFORMED, "must be an e-mail address");
        let email = checked(text.trim().to_lowercase(), Self::MAX, false)?;
        let (local, domain) = email.split_once('@').ok_or_else(malformed)?;
        let local_fits = (1..=64).contains(&local.len()) && !local.contains(char::is_whitespace);
        let label = |l: &str| {
            !l.is_empty()
                && l.len() <= 63
                && !l.starts_with('-')
                && !l.ends_with('-')
                && l.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        if local_fits && domain.split('.').all(label) { Ok(Self(email)) } else { Err(malformed()) }
    }

    /// The address as text, lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_in_capitals_is_the_same_address() {
        assert_eq!(Email::parse("Ada@Example.COM"), Email::parse("ada@example.com"));
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "a@b@c",
            "a b@c.de",
            "a@-b.de",
            "a@b..de",
            "a\0@b.de",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        assert!(Email::parse(&format!("a@{}.de", "x".repeat(260))).is_err());
    }
}

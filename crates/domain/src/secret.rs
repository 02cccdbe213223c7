use std::fmt;

use crate::{Id, Invalid};

crate::codes! {
    SECRET_MALFORMED = "secret.malformed",
        "A secret has other characters than visible ASCII, or not 1 to 4,096 of them.";
}

/// The type parameter of [`SecretId`].
pub enum Secret {}
/// The identity of a secret.
pub type SecretId = Id<Secret>;

/// A secret that an organization entrusts: 1 to 4,096 visible ASCII characters, so that it fits into
/// a header of HTTP (RFC 9110, section 5.5). `Debug` does not show it.
#[derive(Clone)]
pub struct SecretText(String);

impl SecretText {
    /// The maximum length in characters.
    pub const MAX: usize = 4096;
    /// The length from which the last four characters are shown: they must not be a large part of it.
    const SHOWN_FROM: usize = 16;

    /// Parses a secret.
    pub fn parse(text: String) -> Result<Self, Invalid> {
        let fits =
            (1..=Self::MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if !fits {
            let detail = "1 to 4096 visible ASCII characters without blanks";
            return Err(Invalid::new(SECRET_MALFORMED, detail));
        }
        Ok(Self(text))
    }

    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What may be shown of it: its last four characters, or nothing of one with fewer than sixteen.
    #[must_use]
    pub fn last_four(&self) -> &str {
        if self.0.len() < Self::SHOWN_FROM { "" } else { &self.0[self.0.len() - 4..] }
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText([redacted])")
    }
}

/// A secret as the record shows it that owns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretRef {
    /// The identity.
    pub id: SecretId,
    /// [`SecretText::last_four`].
    pub last_four: String,
}

impl SecretRef {
    /// The secret as it is shown: dots, and its last four characters.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("…{}", self.last_four)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_the_last_four_characters_of_a_secret_are_shown() {
        let long = SecretText::parse("sk-canary-0123456789abcd".to_owned()).unwrap();
        assert_eq!(long.last_four(), "abcd");
        assert!(!format!("{long:?}").contains("abcd"));
        let short = SecretText::parse("fifteen-letters".to_owned()).unwrap();
        assert_eq!(short.last_four(), "");
    }

    #[test]
    fn a_secret_cannot_break_out_of_a_header() {
        for bad in ["", "a\r\nX-Evil: 1", "a b", "ä", &"a".repeat(4097)] {
            let refused = SecretText::parse(bad.to_owned()).unwrap_err();
            assert_eq!(refused.code, SECRET_MALFORMED);
        }
    }
}

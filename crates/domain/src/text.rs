use std::fmt;

use crate::{Invalid, codes};

crate::codes! {
    PASSWORD_TOO_SHORT = "password.too_short", "A new password needs at least 10 characters.";
}

/// Checks a text's length in characters and refuses control characters.
/// Line breaks and tabs are allowed only with `lines`.
pub(crate) fn checked(text: String, max: usize, lines: bool) -> Result<String, Invalid> {
    if text.chars().count() > max {
        return Err(Invalid::new(codes::TEXT_TOO_LONG, format!("at most {max} characters")));
    }
    let allowed = |c: char| !c.is_control() || (lines && matches!(c, '\n' | '\r' | '\t'));
    if !text.chars().all(allowed) {
        return Err(Invalid::new(
            codes::TEXT_CONTROL_CHARACTER,
            "control characters are not allowed",
        ));
    }
    Ok(text)
}

/// The name of a record or person: 1 to 200 characters, no control characters,
/// no white space at either end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    /// The maximum length in characters.
    pub const MAX: usize = 200;

    /// Parses a name and trims white space at both ends.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let name = checked(text.trim().to_owned(), Self::MAX, false)?;
        if name.is_empty() {
            return Err(Invalid::new(codes::TEXT_EMPTY, "must not be empty"));
        }
        Ok(Self(name))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One line of text: 1 to `MAX` characters, no control characters, no white space at either end.
/// For values whose only rule is a maximum length.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Parses a line and trims white space at both ends.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = checked(text.trim().to_owned(), MAX, false)?;
        if text.is_empty() {
            return Err(Invalid::new(codes::TEXT_EMPTY, "must not be empty"));
        }
        Ok(Self(text))
    }

    /// The line as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Free text: up to 10,000 characters, line breaks allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description(String);

impl Description {
    /// The maximum length in characters.
    pub const MAX: usize = 10_000;

    /// Parses a description.
    pub fn parse(text: String) -> Result<Self, Invalid> {
        checked(text, Self::MAX, true).map(Self)
    }

    /// The description as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password as typed: 10 to 128 characters (NIST SP 800-63B requires length
/// and no character classes). `Debug` does not show it.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The minimum length in characters.
    pub const MIN: usize = 10;
    /// The maximum length in characters: hashing cost must not grow with the input.
    pub const MAX: usize = 128;

    /// Parses a password that is to be set.
    pub fn parse(text: String) -> Result<Self, Invalid> {
        if text.chars().count() < Self::MIN {
            let detail = format!("at least {} characters", Self::MIN);
            return Err(Invalid::new(PASSWORD_TOO_SHORT, detail));
        }
        checked(text, Self::MAX, false).map(Self)
    }

    /// Parses a password that is only compared: any text up to the maximum length, so that a
    /// stricter rule does not lock users out.
    pub fn attempt(text: String) -> Result<Self, Invalid> {
        if text.len() > 4 * Self::MAX {
            return Err(Invalid::new(
                codes::TEXT_TOO_LONG,
                format!("at most {} characters", Self::MAX),
            ));
        }
        Ok(Self(text))
    }

    /// The password itself, for the hasher.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_trimmed_and_never_empty() {
        assert_eq!(Name::parse("  Harbour ").unwrap().as_str(), "Harbour");
        assert_eq!(Name::parse(" \t ").unwrap_err().code, codes::TEXT_EMPTY);
        assert_eq!(Name::parse("a\0b").unwrap_err().code, codes::TEXT_CONTROL_CHARACTER);
    }

    #[test]
    fn a_line_keeps_to_its_own_bound() {
        assert_eq!(Text::<3>::parse(" äöü ").unwrap().as_str(), "äöü");
        assert_eq!(Text::<3>::parse("four").unwrap_err().code, codes::TEXT_TOO_LONG);
        assert_eq!(Text::<3>::parse(" ").unwrap_err().code, codes::TEXT_EMPTY);
        assert_eq!(Text::<3>::parse("a\nb").unwrap_err().code, codes::TEXT_CONTROL_CHARACTER);
    }

    #[test]
    fn a_password_is_never_printed() {
        let password = Password::parse("correct horse battery".into()).unwrap();
        assert!(!format!("{password:?}").contains("horse"));
    }

    proptest! {
        #[test]
        fn every_accepted_name_keeps_its_promises(text in any::<String>()) {
            if let Ok(name) = Name::parse(&text) {
                prop_assert!((1..=Name::MAX).contains(&name.as_str().chars().count()));
                prop_assert!(!name.as_str().chars().any(char::is_control));
                prop_assert_eq!(Name::parse(name.as_str()).unwrap(), name);
            }
        }
    }
}

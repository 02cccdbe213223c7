mod characters;
mod file_name;

use crate::{Invalid, codes};
pub use characters::is_direction_control;

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

/// Checks text without white space at both ends: it shows at least one character, and reads in the
/// order in which it is written. It is one line, or several with `lines`.
fn readable(text: &str, max: usize, lines: bool) -> Result<String, Invalid> {
    let line = checked(text.trim().to_owned(), max, lines)?;
    if line.is_empty() {
        return Err(Invalid::new(codes::TEXT_EMPTY, "must not be empty"));
    }
    if !line.chars().any(characters::is_visible) {
        return Err(Invalid::new(codes::TEXT_INVISIBLE, "must have a visible character"));
    }
    if line.chars().any(is_direction_control) {
        let detail = "characters that change the direction of text are not allowed";
        return Err(Invalid::new(codes::TEXT_DIRECTION, detail));
    }
    Ok(line)
}

/// The name of a record or person: 1 to 200 characters, one of them visible, no control characters,
/// none that change the direction of text, no white space at either end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    /// The maximum length in characters.
    pub const MAX: usize = 200;

    /// Parses a name and trims white space at both ends.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        readable(text, Self::MAX, false).map(Self)
    }

    /// A name as stored. Earlier versions accepted invisible names, which must stay readable.
    pub fn stored(text: &str) -> Result<Self, Invalid> {
        checked(text.to_owned(), Self::MAX, false).map(Self)
    }

    /// A name that stands where there is none any more.
    pub(crate) fn placeholder(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One line of text: 1 to `MAX` characters, with the rules of [`Name`].
/// For values whose only rule is a maximum length.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Parses a line and trims white space at both ends.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        readable(text, MAX, false).map(Self)
    }

    /// The line as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text of 1 to `MAX` characters that is printed, in one line or several, with the rules of [`Name`]
/// for each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines<const MAX: usize>(String);

impl<const MAX: usize> Lines<MAX> {
    /// Parses lines and trims white space at both ends.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        readable(text, MAX, true).map(Self)
    }

    /// The lines as text.
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

    /// The maximum length in bytes: a list holds many descriptions.
    pub const MAX_BYTES: usize = 20_000;

    /// Parses a description.
    pub fn parse(text: String) -> Result<Self, Invalid> {
        let parsed = Self::stored(text)?;
        if parsed.0.len() > Self::MAX_BYTES {
            let detail = format!("at most {} bytes in UTF-8", Self::MAX_BYTES);
            return Err(Invalid::new(codes::TEXT_TOO_LONG, detail));
        }
        Ok(parsed)
    }

    /// Parses a description that was stored before there was a limit of bytes.
    pub fn stored(text: String) -> Result<Self, Invalid> {
        checked(text, Self::MAX, true).map(Self)
    }

    /// The description as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
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
    fn lines_may_break_and_keep_to_the_rules_of_a_name_otherwise() {
        assert_eq!(Lines::<9>::parse(" a\n\tb\n").unwrap().as_str(), "a\n\tb");
        assert_eq!(Lines::<3>::parse("a\nbc").unwrap_err().code, codes::TEXT_TOO_LONG);
        assert_eq!(Lines::<3>::parse("\n").unwrap_err().code, codes::TEXT_EMPTY);
        assert_eq!(Lines::<3>::parse("a\u{202e}").unwrap_err().code, codes::TEXT_DIRECTION);
        assert_eq!(Lines::<3>::parse("a\0").unwrap_err().code, codes::TEXT_CONTROL_CHARACTER);
    }

    #[test]
    fn a_name_shows_at_least_one_character() {
        for invisible in [
            "\u{200b}",
            "\u{feff}\u{200d} \u{2060}",
            "\u{3164}",
            "\u{115f}\u{1160}",
            "\u{2800}",
            "\u{ad}",
            "\u{e0041}",
            "\u{fe0f}",
            "\u{ffff}",
        ] {
            assert_eq!(Name::parse(invisible).unwrap_err().code, codes::TEXT_INVISIBLE);
            assert_eq!(Text::<9>::parse(invisible).unwrap_err().code, codes::TEXT_INVISIBLE);
            assert_eq!(Name::stored(invisible).unwrap().as_str(), invisible);
        }
        for visible in ["می\u{200c}خواهم", "👩\u{200d}🔧", "❤\u{fe0f}", "한", "-", "שלום\u{200f}"]
        {
            assert_eq!(Name::parse(visible).unwrap().as_str(), visible);
        }
    }

    #[test]
    fn a_name_reads_in_the_order_in_which_it_is_written() {
        for control in
            "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}".chars()
        {
            let name = format!("plan{control}fdp.exe");
            assert_eq!(Name::parse(&name).unwrap_err().code, codes::TEXT_DIRECTION, "{name:?}");
            assert_eq!(Text::<50>::parse(&name).unwrap_err().code, codes::TEXT_DIRECTION);
        }
    }

    proptest! {
        #[test]
        fn no_mixture_of_invisible_characters_is_a_name(
            text in "[ \u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{3164}\u{e0100}]{0,30}",
        ) {
            prop_assert!(Name::parse(&text).is_err());
        }

        #[test]
        fn every_accepted_name_keeps_its_promises(text in any::<String>()) {
            if let Ok(name) = Name::parse(&text) {
                prop_assert!((1..=Name::MAX).contains(&name.as_str().chars().count()));
                prop_assert!(!name.as_str().chars().any(char::is_control));
                prop_assert!(name.as_str().chars().any(characters::is_visible));
                prop_assert!(!name.as_str().chars().any(is_direction_control));
                prop_assert_eq!(Name::parse(name.as_str()).unwrap(), name);
            }
        }
    }
}

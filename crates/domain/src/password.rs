use std::{fmt, sync::LazyLock};

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::{Invalid, codes, text::checked};

crate::codes! {
    PASSWORD_TOO_SHORT = "password.too_short",
        "A new password needs at least 12 bytes in UTF-8: 12 characters, if they are ASCII.";
    PASSWORD_COMMON = "password.common",
        "A new password must not be one of the 10,000 most common ones.";
}

/// The 10,000 most common passwords, sorted. The file says where they are from.
static COMMON: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let (_, list) = include_str!("password/common.txt").split_once("\n\n").unwrap_or_default();
    list.lines().collect()
});

/// A password in Unicode's form NFC: 12 to 1,024 bytes (NIST SP 800-63B, 3.1.1.2, requires length, a
/// list of common passwords and no character classes, and a normal form). `Debug` does not show it.
///
/// Keyboards and systems write `ü` as one character or as two, so the same password arrives in both
/// forms.
#[derive(Clone)]
pub struct Password {
    composed: String,
    /// What was typed, where that is another text.
    typed: Option<String>,
}

impl Password {
    /// The minimum length of a new password, in bytes.
    pub const MIN: usize = 12;
    /// The maximum length of a new password, in bytes.
    pub const MAX: usize = 1024;
    /// The maximum length of what is typed, in bytes: the other forms of a text are longer.
    const MAX_TYPED: usize = 4 * Self::MAX;

    /// Parses a password that is to be set.
    pub fn parse(text: String) -> Result<Self, Invalid> {
        let Self { composed, typed } = Self::attempt(text)?;
        if is_common(&composed) {
            let detail = "must not be one of the most common passwords";
            return Err(Invalid::new(PASSWORD_COMMON, detail));
        }
        if composed.len() < Self::MIN {
            return Err(Invalid::new(PASSWORD_TOO_SHORT, format!("at least {} bytes", Self::MIN)));
        }
        if composed.len() > Self::MAX {
            return Err(too_long());
        }
        Ok(Self { composed: checked(composed, Self::MAX, false)?, typed })
    }

    /// Parses a password that is only compared: any text up to the maximum length, so that a
    /// stricter rule does not lock users out.
    pub fn attempt(text: String) -> Result<Self, Invalid> {
        if text.len() > Self::MAX_TYPED {
            return Err(too_long());
        }
        let composed =
            const { ComposingNormalizerBorrowed::new_nfc() }.normalize(&text).into_owned();
        let typed = (composed != text).then_some(text);
        Ok(Self { composed, typed })
    }

    /// The password as it was typed, where that is not NFC: earlier versions hashed that form.
    #[must_use]
    pub fn as_typed(&self) -> Option<Self> {
        self.typed.clone().map(|composed| Self { composed, typed: None })
    }

    /// The password in NFC, for the hasher.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.composed
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

fn too_long() -> Invalid {
    Invalid::new(codes::TEXT_TOO_LONG, format!("at most {} bytes", Password::MAX))
}

/// Whether a text in NFC is a common password, in letters of any case.
fn is_common(composed: &str) -> bool {
    COMMON.binary_search(&composed.to_lowercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_same_in_every_form_of_its_letters() {
        let composed = Password::parse("gr\u{fc}ne W\u{e4}lder".to_owned()).unwrap();
        let typed = "gru\u{308}ne Wa\u{308}lder";
        let decomposed = Password::parse(typed.to_owned()).unwrap();
        assert_eq!(composed.expose(), decomposed.expose());
        assert_eq!(decomposed.as_typed().unwrap().expose(), typed);
        assert!(composed.as_typed().is_none());
        // NFKC would make them weaker: it folds letters that look different.
        let wide = Password::parse("\u{ff41}bcdefghijk".to_owned()).unwrap();
        assert_ne!(wide.expose(), "abcdefghijk");
    }

    #[test]
    fn a_password_is_never_printed() {
        let password = Password::parse("correct horse battery".into()).unwrap();
        assert!(!format!("{password:?}").contains("horse"));
    }

    #[test]
    fn the_length_of_a_password_is_that_of_its_normal_form_in_bytes() {
        for (text, code) in [
            ("twelve bytes".to_owned(), None),
            ("eleven byte".to_owned(), Some(PASSWORD_TOO_SHORT)),
            ("u\u{308}".repeat(6), None),
            ("u\u{308}".repeat(5), Some(PASSWORD_TOO_SHORT)),
            ("u\u{308}".repeat(512), None),
            ("u\u{308}".repeat(513), Some(codes::TEXT_TOO_LONG)),
            ("x".repeat(1024), None),
            ("x".repeat(1025), Some(codes::TEXT_TOO_LONG)),
            ("x".repeat(5000), Some(codes::TEXT_TOO_LONG)),
        ] {
            let refused = Password::parse(text.clone()).err().map(|invalid| invalid.code);
            assert_eq!(refused, code, "{text}");
        }
    }

    #[test]
    fn none_of_the_most_common_passwords_can_be_set_and_each_can_be_compared() {
        assert_eq!(COMMON.len(), 10_000);
        assert!(COMMON.is_sorted(), "the search needs it");
        let spelled = ["Password1234", "1Q2W3E4R5T6Y", "\u{418}\u{306}цукен"];
        for text in COMMON.iter().copied().chain(spelled) {
            let refused = Password::parse(text.to_owned()).unwrap_err();
            assert_eq!(refused.code, PASSWORD_COMMON, "{text}");
            assert!(Password::attempt(text.to_owned()).is_ok(), "{text}");
        }
    }
}

use crate::Invalid;

crate::codes! {
    LEITWEG_ID_MALFORMED = "leitweg_id.malformed",
        "A value is no Leitweg-ID, or its check digits are wrong.";
}

/// The address of a German public authority for invoices (Leitweg-ID, format specification 2.0.2): 2
/// to 12 digits, up to 30 letters and digits or none, and two check digits by ISO 7064 MOD 97-10, with
/// hyphens between them. `04011000-1234512345-06`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeitwegId(String);

impl LeitwegId {
    /// The maximum length.
    pub const MAX: usize = 46;

    /// Parses a Leitweg-ID.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() <= Self::MAX && has_form(text) && remainder(text) == 1 {
            Ok(Self(text.to_owned()))
        } else {
            let detail = "must be a Leitweg-ID such as 04011000-1234512345-06";
            Err(Invalid::new(LEITWEG_ID_MALFORMED, detail))
        }
    }

    /// The Leitweg-ID as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn has_form(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let (coarse, fine, check) = match *parts {
        [coarse, check] => (coarse, None, check),
        [coarse, fine, check] => (coarse, Some(fine), check),
        _ => return false,
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_fine = |fine: &str| {
        (1..=30).contains(&fine.len())
            && fine.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    (2..=12).contains(&coarse.len())
        && digits(coarse)
        && fine.is_none_or(is_fine)
        && check.len() == 2
        && digits(check)
}

/// The number that `text` is without its hyphens, and with 10 to 35 for A to Z, modulo 97.
fn remainder(text: &str) -> u32 {
    text.chars().filter_map(|c| c.to_digit(36)).fold(0, |sum, digit| {
        let shifted = sum * if digit < 10 { 10 } else { 100 };
        (shifted + digit) % 97
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_leitweg_id_has_its_check_digits() {
        for text in ["04011000-1234512345-06", "991-33333TEST-33", "992-90009-96", "05711-06001-79"]
        {
            assert_eq!(LeitwegId::parse(text).unwrap().as_str(), text);
        }
        for wrong in [
            "",
            "04011000-1234512345-07",
            "04011000-1234512345",
            "0-1-1",
            "1-2-3-4",
            "991-33333test-33",
            "991--33",
            "0123456789012-06",
            "\u{660}4011000-1234512345-06",
            &"9".repeat(60),
        ] {
            assert_eq!(
                LeitwegId::parse(wrong).unwrap_err().code,
                LEITWEG_ID_MALFORMED,
                "{wrong:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_noticed(at in 0usize..8, digit in 0u32..10) {
            let mut text = "04011000-1234512345-06".to_owned();
            let same = text[at..=at] == digit.to_string();
            text.replace_range(at..=at, &digit.to_string());
            prop_assert_eq!(LeitwegId::parse(&text).is_ok(), same);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,60}|[0-9A-Z-]{0,50}") {
            if let Ok(id) = LeitwegId::parse(&text) {
                prop_assert!(id.as_str().len() <= LeitwegId::MAX);
            }
        }
    }
}

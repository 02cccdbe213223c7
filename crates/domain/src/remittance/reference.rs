/// The number of characters of an RF reference: `RF`, two check digits, 1 to 21 characters.
const LENGTHS: std::ops::RangeInclusive<usize> = 5..=25;

/// The RF reference (ISO 11649) that `text` is, without blanks and in capital letters; `None` when
/// it is none, or its check digits do not fit.
#[must_use]
pub fn rf_reference(text: &str) -> Option<String> {
    let mut reference = String::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        if !c.is_ascii_alphanumeric() || reference.len() == *LENGTHS.end() {
            return None;
        }
        reference.push(c.to_ascii_uppercase());
    }
    let checked = reference.starts_with("RF")
        && reference.as_bytes().get(2..4)?.iter().all(u8::is_ascii_digit)
        && LENGTHS.contains(&reference.len());
    (checked && remainder(&reference) == 1).then_some(reference)
}

/// The remainder by 97 of the reference as a number: its first four characters moved to the end,
/// and each letter replaced by a number from 10 to 35 (ISO 7064).
fn remainder(reference: &str) -> u32 {
    let (head, rest) = reference.split_at(4);
    rest.chars().chain(head.chars()).filter_map(|c| c.to_digit(36)).fold(0, |remainder, digit| {
        let shift = if digit < 10 { 10 } else { 100 };
        (remainder * shift + digit) % 97
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_rf_reference_is_read_with_and_without_blanks_and_in_any_case() {
        for text in ["RF18539007547034", "rf18 5390 0754 7034", " RF18 5390 0754 7034 "] {
            assert_eq!(rf_reference(text).as_deref(), Some("RF18539007547034"));
        }
        assert_eq!(rf_reference("RF71 2348 231").as_deref(), Some("RF712348231"));
    }

    #[test]
    fn a_reference_with_a_wrong_digit_or_length_is_none() {
        let wrong = [
            "RF18539007547035",
            "RF81539007547034",
            "RF18",
            "RF",
            "",
            "18539007547034",
            "RF18-539007547034",
            "RFÄ8539007547034",
            "RF185390075470341234567890",
        ];
        for text in wrong {
            assert_eq!(rf_reference(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn exactly_one_pair_of_check_digits_fits(body in "[0-9A-Z]{1,21}") {
            let fits = (2..=98).filter(|digits| {
                rf_reference(&format!("RF{digits:02}{body}")).is_some()
            });
            proptest::prop_assert_eq!(fits.count(), 1);
        }
    }
}

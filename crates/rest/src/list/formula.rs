//! Texts that a spreadsheet would take for formulas (OWASP, CSV injection).

/// A text that no program takes for a formula: one that begins like a formula gets an apostrophe in
/// front. So does one that begins like a guarded one, which makes [`unguarded`] exact. A decimal
/// number is no formula.
pub(super) fn guarded(text: &str) -> String {
    let is_formula = begins_a_formula(text.trim_start_matches('\'')) && !is_decimal(text);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

/// The text that [`guarded`] was given.
pub(super) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if begins_a_formula(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

fn begins_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Whether the text is a negative number such as `-12.5`.
fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let Some(number) = text.strip_prefix('-') else { return false };
    match number.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(number),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_text_is_a_formula_and_numbers_stay_numbers() {
        for formula in
            ["=1+1", "+49 40 1", "+49401", "-1+1", "-", "-.5", "-1.", "@SUM(A1)", "\t=1", "\r=1"]
        {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        for plain in ["-1", "-12.50", "12.5", "a=b", "", "{\"a\":1}", "'", "'a"] {
            assert_eq!(guarded(plain), plain);
            assert_eq!(unguarded(plain), plain);
        }
        assert_eq!(guarded("'=1"), "''=1");
        assert_eq!(unguarded("'-1"), "-1");
    }

    proptest! {
        #[test]
        fn what_is_guarded_is_read_back(text in "'{0,3}[-=+@\t\r]?[-.0-9a]{0,4}") {
            let cell = guarded(&text);
            prop_assert_eq!(unguarded(&cell), text);
        }
    }
}

//! Amounts in minor units of their currency, without floating-point numbers.

use plinth_domain::{Currency, Money};
use plinth_ports::Unreadable;

use crate::refusal::malformed;

/// The largest amount in minor units, exact in JSON.
const LARGEST: i64 = 9_000_000_000_000_000;

/// How many decimals amounts of a currency have (ISO 4217).
pub(crate) fn decimals(currency: Currency) -> Result<u32, Unreadable> {
    iso_currency::Currency::from_code(currency.as_str())
        .and_then(iso_currency::Currency::exponent)
        .map(u32::from)
        .ok_or_else(|| malformed(format!("{} is no currency of amounts", currency.as_str())))
}

/// The currency of a code.
pub(crate) fn currency(code: &str) -> Result<Currency, Unreadable> {
    let currency = Currency::parse(code.trim());
    let currency = currency.map_err(|_| malformed("a currency is no ISO 4217 code"))?;
    decimals(currency).map(|_| currency)
}

/// The amount that `text` (an `xs:decimal`) states. More decimals than the currency has are
/// refused, unless they are zeros.
pub(crate) fn parse(text: &str, currency: Currency) -> Result<Money, Unreadable> {
    let decimals = decimals(currency)? as usize;
    let bad = || malformed(format!("an amount in {} is no exact amount", currency.as_str()));
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    if !digits.bytes().any(|digit| digit.is_ascii_digit())
        || !whole.bytes().chain(fraction.bytes()).all(|digit| digit.is_ascii_digit())
        || fraction.len() > decimals
    {
        return Err(bad());
    }
    let zeros = std::iter::repeat_n(b'0', decimals - fraction.len());
    let mut amount: i64 = 0;
    for digit in whole.bytes().chain(fraction.bytes()).chain(zeros) {
        amount = amount
            .checked_mul(10)
            .and_then(|amount| amount.checked_add(i64::from(digit - b'0')))
            .filter(|amount| *amount <= LARGEST)
            .ok_or_else(bad)?;
    }
    Ok(Money { amount_minor: if negative { -amount } else { amount }, currency })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(text: &str, code: &str) -> Option<i64> {
        parse(text, currency(code).unwrap()).ok().map(|money| money.amount_minor)
    }

    #[test]
    fn an_amount_is_read_in_minor_units_of_its_currency() {
        assert_eq!(minor("119.00", "EUR"), Some(11_900));
        assert_eq!(minor(" +10.5 ", "EUR"), Some(1050));
        assert_eq!(minor("-0.01", "EUR"), Some(-1));
        assert_eq!(minor(".5", "EUR"), Some(50));
        assert_eq!(minor("5.", "EUR"), Some(500));
        assert_eq!(minor("0000000000000000000001.100000", "EUR"), Some(110));
        assert_eq!(minor("1234", "JPY"), Some(1234));
        assert_eq!(minor("1.234", "KWD"), Some(1234));
        assert_eq!(minor("90000000000000.00", "EUR"), Some(LARGEST));
    }

    #[test]
    fn an_amount_that_is_not_exact_or_out_of_range_is_refused() {
        for (text, code) in [
            ("1.001", "EUR"),
            ("1.5", "JPY"),
            ("1.0001", "KWD"),
            ("", "EUR"),
            (".", "EUR"),
            ("-", "EUR"),
            ("1,50", "EUR"),
            ("1e3", "EUR"),
            ("1.2.3", "EUR"),
            ("--1", "EUR"),
            ("١", "EUR"),
            ("90000000000000.01", "EUR"),
            ("99999999999999999999999", "EUR"),
        ] {
            assert_eq!(minor(text, code), None, "{text} {code}");
        }
        for code in ["XXX", "XAU", "ABC", "eur", "", "EURO"] {
            assert!(currency(code).is_err(), "{code}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_amount_in_range_is_read_back(amount in -LARGEST..=LARGEST) {
            let whole = amount.unsigned_abs() / 100;
            let cents = amount.unsigned_abs() % 100;
            let sign = if amount < 0 { "-" } else { "" };
            proptest::prop_assert_eq!(minor(&format!("{sign}{whole}.{cents:02}"), "EUR"), Some(amount));
        }
    }
}

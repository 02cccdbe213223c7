use std::fmt;

use rust_decimal::Decimal;

use crate::{Currency, Invalid, codes};

crate::codes! {
    DECIMAL_MALFORMED = "decimal.malformed",
        "A text is no decimal such as 12.5, with at most 12 digits before the point and 6 after it.";
}

/// Millionths, in which quantities and prices are calculated.
pub(crate) const MILLION: i128 = 1_000_000;

/// Parses `-?\d{1,12}(\.\d{1,6})?`, which fits `numeric(18,6)`.
fn parse(text: &str) -> Result<Decimal, Invalid> {
    let malformed = || Invalid::new(DECIMAL_MALFORMED, "a decimal such as 12.5, up to 6 places");
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, places) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |part: &str, max: usize| {
        (1..=max).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    if !is_number(whole, 12) || !is_number(places, 6) {
        return Err(malformed());
    }
    Decimal::from_str_exact(text).map(|value| value.normalize()).map_err(|_| malformed())
}

macro_rules! decimals {
    ($($(#[$doc:meta])* $name:ident from $min:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(Decimal);

        impl $name {
            /// Parses a decimal without an exponent: `12.5`.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                let value = parse(text)?;
                if value < Decimal::from($min) {
                    return Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, concat!("at least ", $min)));
                }
                Ok(Self(value))
            }

            /// The value.
            #[must_use]
            pub const fn value(self) -> Decimal {
                self.0
            }

            /// The value in millionths.
            pub(crate) fn millionths(self) -> i128 {
                // At most six places, so the power is at most 10^6 and the product below 10^18.
                self.0.mantissa() * 10_i128.pow(6_u32.saturating_sub(self.0.scale()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

decimals! {
    /// A quantity: up to 12 digits before the point and 6 after it. Negative for what is taken back.
    Quantity from -1_000_000_000_000_i64;
    /// The price of one unit in the currency's major unit (0.0375 EUR): up to 12 digits before the
    /// point and 6 after it, never negative (EN 16931, BR-27).
    UnitPrice from 0;
}

impl Quantity {
    /// One.
    pub(crate) const ONE: Self = Self(Decimal::ONE);
    /// One that is taken back.
    pub(crate) const MINUS_ONE: Self = Self(Decimal::NEGATIVE_ONE);
}

impl UnitPrice {
    /// The price of something that costs so many minor units.
    pub(crate) fn of_minor(minor: u64, currency: Currency) -> Result<Self, Invalid> {
        let price = Decimal::from_i128_with_scale(minor.into(), currency.decimals());
        Self::parse(&price.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_digits_and_a_point() {
        for (text, shown) in [("12.5", "12.5"), ("-0.500000", "-0.5"), ("007", "7"), ("0.0", "0")] {
            assert_eq!(Quantity::parse(text).unwrap().to_string(), shown);
        }
        assert_eq!(
            Quantity::parse("999999999999.999999").unwrap().millionths(),
            999_999_999_999_999_999
        );
        for text in [
            "",
            "-",
            ".",
            "1.",
            ".5",
            "+1",
            "1e3",
            "1,5",
            " 1",
            "1.1234567",
            "1234567890123",
            "NaN",
            "٣",
        ] {
            assert_eq!(Quantity::parse(text).unwrap_err().code, DECIMAL_MALFORMED, "{text}");
        }
    }

    #[test]
    fn a_price_is_never_negative() {
        assert_eq!(UnitPrice::parse("-0.01").unwrap_err().code, codes::NUMBER_OUT_OF_RANGE);
        assert_eq!(UnitPrice::parse("0.037500").unwrap().millionths(), 37_500);
    }
}

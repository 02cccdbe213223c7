use crate::{Currency, Invalid};

crate::codes! {
    AMOUNT_OVERFLOW = "amount.overflow",
        "An amount, or the result of a calculation, is beyond 9,000,000,000,000,000 minor units.";
}

/// The largest amount in minor units, 9 × 10^15. Every JSON parser reads it exactly (RFC 8259,
/// section 6).
pub const MAX_AMOUNT: i64 = 9_000_000_000_000_000;

/// An amount of money, exact: in the currency's smallest unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// The amount in minor units (ISO 4217): cents of EUR, whole JPY. Negative for a debt.
    pub amount_minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// Checks that the amount is within ±[`MAX_AMOUNT`].
    pub fn new(amount_minor: i64, currency: Currency) -> Result<Self, Invalid> {
        Ok(Self { amount_minor: amount(amount_minor.into())?, currency })
    }
}

/// The result of a calculation in minor units, if it is within ±[`MAX_AMOUNT`].
pub fn amount(minor: i128) -> Result<i64, Invalid> {
    i64::try_from(minor)
        .ok()
        .filter(|minor| (-MAX_AMOUNT..=MAX_AMOUNT).contains(minor))
        .ok_or_else(|| Invalid::new(AMOUNT_OVERFLOW, format!("within ±{MAX_AMOUNT} minor units")))
}

/// `numerator / denominator`, half away from zero: the only rounding of amounts. The denominator is
/// positive.
#[must_use]
pub const fn rounded(numerator: i128, denominator: i128) -> i128 {
    let (quotient, rest) = (numerator / denominator, numerator % denominator);
    // `2 * rest >= denominator`, without an overflow.
    if rest.abs() >= denominator - rest.abs() { quotient + numerator.signum() } else { quotient }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_away_from_zero() {
        for (numerator, denominator, expected) in [
            (5, 10, 1),
            (-5, 10, -1),
            (4, 10, 0),
            (-4, 10, 0),
            (15, 10, 2),
            (25, 10, 3),
            (-25, 10, -3),
            (1, 3, 0),
            (2, 3, 1),
            (7, 1, 7),
            (0, 7, 0),
        ] {
            assert_eq!(rounded(numerator, denominator), expected, "{numerator}/{denominator}");
        }
    }

    #[test]
    fn an_amount_beyond_the_range_is_refused() {
        assert_eq!(amount(i128::from(MAX_AMOUNT)), Ok(MAX_AMOUNT));
        assert_eq!(amount(-i128::from(MAX_AMOUNT)), Ok(-MAX_AMOUNT));
        for beyond in [i128::from(MAX_AMOUNT) + 1, i128::from(i64::MIN), i128::MAX] {
            assert_eq!(amount(beyond).unwrap_err().code, AMOUNT_OVERFLOW);
        }
    }
}

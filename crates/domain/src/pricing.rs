//! From quantities and prices to the totals of a document: the only place that calculates amounts.
//!
//! Amounts are whole minor units. What is rounded, is rounded once, half away from zero: each line,
//! each discount, and each row of the VAT breakdown (EN 16931, BR-CO-10 to BR-CO-17). Every total is a
//! sum of rounded values.

mod totals;

use crate::{
    BasisPoints, Currency, Invalid, Quantity, UnitPrice, Vat, codes, decimal::MILLION, money,
};

pub use totals::{Entry, Extras, Priced, Totals, VatRow, total};

crate::codes! {
    DISCOUNT_TOO_LARGE = "discount.too_large", "A discount is larger than the line's amount.";
}

/// What the prices of a document contain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PriceMode {
    /// Prices without VAT; the tax is added to them.
    #[default]
    Net,
    /// Prices with VAT; the tax is taken out of them, so that the total is the sum of the prices.
    Gross,
}

impl PriceMode {
    /// Every mode.
    pub const ALL: [Self; 2] = [Self::Net, Self::Gross];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Net => "net",
            Self::Gross => "gross",
        }
    }

    /// Finds a mode by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// A discount on one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discount {
    /// A part of the line's amount.
    Part(BasisPoints),
    /// An amount in minor units, from 0.
    Amount(i64),
}

impl Discount {
    /// A discount of an amount.
    pub fn of_amount(minor: i64) -> Result<Self, Invalid> {
        if minor < 0 {
            return Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, "at least 0"));
        }
        money::amount(minor.into()).map(Self::Amount)
    }
}

/// The amount of a line: its price, less its discount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineAmount {
    /// The line's amount in the document's price mode, in minor units.
    pub amount: i64,
    /// The discount in it, in minor units; it has the sign of the line.
    pub discount: i64,
}

/// Prices a line: the product and the discount are rounded once each.
pub fn line(
    quantity: Quantity,
    price: UnitPrice,
    discount: Option<Discount>,
    currency: Currency,
) -> Result<LineAmount, Invalid> {
    // In 10^-12 of the major unit: at most 10^36.
    let exact = quantity.millionths() * price.millionths();
    let minor = MILLION * MILLION / 10_i128.pow(currency.decimals());
    let full = money::rounded(exact, minor);
    let discount = match discount {
        None => 0,
        // The product with a rate is beyond an i128 only where the amount is beyond its range.
        Some(Discount::Part(rate)) => {
            money::amount(full)?;
            money::rounded(exact * i128::from(rate.points()), minor * BasisPoints::WHOLE)
        }
        Some(Discount::Amount(amount)) => i128::from(amount) * full.signum(),
    };
    if discount.abs() > full.abs() {
        return Err(Invalid::new(DISCOUNT_TOO_LARGE, "at most the amount of the line"));
    }
    Ok(LineAmount { amount: money::amount(full - discount)?, discount: money::amount(discount)? })
}

/// The tax in an amount that contains it.
pub(crate) fn contained(amount: i128, vat: Vat) -> i128 {
    let rate = i128::from(vat.rate().points());
    money::rounded(amount * rate, BasisPoints::WHOLE + rate)
}

/// The part of an amount that a rate stands for.
#[must_use]
pub fn part(amount: i64, rate: BasisPoints) -> i64 {
    let part = i128::from(amount) * i128::from(rate.points());
    // A rate is at most 100 %, so the part is within the range of the amount.
    i64::try_from(money::rounded(part, BasisPoints::WHOLE)).unwrap_or(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn priced(
        quantity: &str,
        price: &str,
        discount: Option<Discount>,
        currency: &str,
    ) -> (i64, i64) {
        let (quantity, price) =
            (Quantity::parse(quantity).unwrap(), UnitPrice::parse(price).unwrap());
        let line = line(quantity, price, discount, Currency::parse(currency).unwrap()).unwrap();
        (line.amount, line.discount)
    }

    #[test]
    fn a_line_is_rounded_once_to_the_minor_unit_of_its_currency() {
        assert_eq!(priced("12.5", "98.40", None, "EUR"), (123_000, 0));
        assert_eq!(priced("1000", "0.0375", None, "EUR"), (3_750, 0));
        assert_eq!(priced("3", "1234.5", None, "JPY"), (3_704, 0));
        assert_eq!(priced("1", "0.0005", None, "KWD"), (1, 0));
        assert_eq!(priced("-1", "0.005", None, "EUR"), (-1, 0));
        assert_eq!(priced("1", "0.004999", None, "EUR"), (0, 0));
    }

    #[test]
    fn a_discount_is_rounded_by_itself_and_never_exceeds_its_line() {
        let percent = |points| Some(Discount::Part(BasisPoints::new(points).unwrap()));
        assert_eq!(priced("1", "0.05", percent(5_000), "EUR"), (2, 3));
        assert_eq!(priced("-2", "10", percent(1_000), "EUR"), (-1_800, -200));
        assert_eq!(priced("1", "10", percent(10_000), "EUR"), (0, 1_000));
        let (one, ten) = (Quantity::parse("1").unwrap(), UnitPrice::parse("10").unwrap());
        let beyond = line(one, ten, Some(Discount::Amount(1_001)), Currency::EUR);
        assert_eq!(beyond.unwrap_err().code, DISCOUNT_TOO_LARGE);
        assert!(Discount::of_amount(-1).is_err());
    }

    #[test]
    fn a_line_beyond_the_range_of_amounts_is_refused() {
        let (most, price) = ("999999999999.999999", "999999999999.999999");
        let (most, price) = (Quantity::parse(most).unwrap(), UnitPrice::parse(price).unwrap());
        let discount = Some(Discount::Part(BasisPoints::new(10_000).unwrap()));
        for discount in [None, discount] {
            for currency in ["EUR", "JPY", "CLF"] {
                let result = line(most, price, discount, Currency::parse(currency).unwrap());
                assert_eq!(result.unwrap_err().code, money::AMOUNT_OVERFLOW);
            }
        }
    }
}

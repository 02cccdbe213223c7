use crate::Currency;

/// An amount of money, exact: in the currency's smallest unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// The amount in minor units (ISO 4217): cents of EUR, whole JPY. Negative for a debt.
    pub amount_minor: i64,
    /// The currency.
    pub currency: Currency,
}

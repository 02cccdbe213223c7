use en16931::{InvoiceAmount, Percentage};
use plinth_domain::{BasisPoints, Currency, Vat, VatCategory};
use plinth_ports::e_documents::{E_INVOICE_AMOUNT, Unwritable};
use rust_decimal::{Decimal, RoundingStrategy};

use super::refused;

/// The largest amount, in hundredths of the currency: 10^12 units. The official rules of CII
/// calculate in binary floating point, which is exact to the hundredth up to here.
const LARGEST: i64 = 100_000_000_000_000;

/// Amounts of one currency, which e-invoices state with two decimals.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amounts {
    currency: Currency,
}

impl Amounts {
    pub(super) const fn of(currency: Currency) -> Self {
        Self { currency }
    }

    /// An amount in minor units.
    pub(super) fn amount(self, minor: i64) -> Result<InvoiceAmount, Unwritable> {
        let decimals = self.currency.decimals();
        let (factor, divisor) = if decimals <= 2 {
            (10_i64.pow(2 - decimals), 1)
        } else {
            (1, 10_i64.pow(decimals - 2))
        };
        let code = self.currency.as_str();
        if minor % divisor != 0 {
            let detail = format!("{} {code} has more than two decimals", self.decimal(minor));
            return Err(refused(E_INVOICE_AMOUNT, &detail));
        }
        let hundredths = (minor / divisor).checked_mul(factor);
        let within = hundredths.filter(|amount| (-LARGEST..=LARGEST).contains(amount));
        within.map(InvoiceAmount::from_minor_units).ok_or_else(|| {
            let detail = format!("{} {code} is beyond 10^12", self.decimal(minor));
            refused(E_INVOICE_AMOUNT, &detail)
        })
    }

    /// An amount that is left out when it is zero.
    pub(super) fn some(self, minor: i64) -> Result<Option<InvoiceAmount>, Unwritable> {
        if minor == 0 { Ok(None) } else { self.amount(minor).map(Some) }
    }

    /// An amount in minor units, as a decimal of the currency's unit.
    pub(super) fn decimal(self, minor: i64) -> Decimal {
        Decimal::new(minor, self.currency.decimals())
    }
}

/// A rate in percent.
pub(super) fn percent(rate: BasisPoints) -> Percentage {
    Percentage::new(Decimal::new(rate.points().into(), 2).normalize())
}

/// The rate of a tax; what is not subject to VAT has none.
pub(super) fn rate(vat: Vat) -> Option<Percentage> {
    (vat.category() != VatCategory::OutOfScope).then(|| percent(vat.rate()))
}

/// To two decimals, as the rules of e-invoices round.
pub(super) fn hundredths(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

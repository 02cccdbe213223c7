use std::collections::BTreeMap;

use super::{PriceMode, contained, part};
use crate::{BasisPoints, Invalid, Vat, money};

/// An amount that counts for the totals: a line's or a charge's, or, negated, an allowance's. It is in
/// the document's price mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: Priced,
    /// The amount in minor units, as it is written on the document.
    pub amount: i64,
    /// Its tax.
    pub vat: Vat,
}

/// What an amount stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priced {
    /// A line.
    Line,
    /// An allowance on the whole document; it reduces the total.
    Allowance,
    /// A charge on the whole document.
    Charge,
}

/// What a document's total depends on beside its lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extras {
    /// What was paid or invoiced before and is deducted, in minor units (BT-113).
    pub prepaid: i64,
    /// The smallest unit of cash to which the amount due is rounded, in minor units: 5 for CHF. 0 and
    /// 1 round nothing.
    pub cash_unit: u16,
    /// The part of the amount due that is retained as a security.
    pub retention: BasisPoints,
}

/// A row of the VAT breakdown (BG-23).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VatRow {
    /// The tax.
    pub vat: Vat,
    /// The taxable amount (BT-116).
    pub net: i64,
    /// The tax amount (BT-117).
    pub tax: i64,
}

/// The totals of a document, in minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// The sum of the lines' net amounts (BT-106).
    pub lines: i64,
    /// The sum of the allowances without VAT (BT-107).
    pub allowances: i64,
    /// The sum of the charges without VAT (BT-108).
    pub charges: i64,
    /// The total without VAT (BT-109).
    pub net: i64,
    /// The VAT breakdown, by category and rate.
    pub vat: Vec<VatRow>,
    /// The total of the VAT (BT-110).
    pub tax: i64,
    /// The total with VAT (BT-112).
    pub gross: i64,
    /// What is deducted (BT-113).
    pub prepaid: i64,
    /// What the rounding to cash adds (BT-114).
    pub rounding: i64,
    /// The amount due (BT-115): `gross - prepaid + rounding`.
    pub due: i64,
    /// The part of the amount due that is retained.
    pub retained: i64,
}

/// Adds up a document. Answers the net amount of each entry, in their order, and the totals.
///
/// With gross prices the tax of a row is taken out of the row's sum, and each net amount is what the
/// running sum gains. So the net amounts of a row add up to its taxable amount exactly, and none
/// differs from its own share by a whole minor unit.
///
/// # Errors
/// `amount.overflow` when a total is out of range.
pub fn total(
    mode: PriceMode,
    entries: &[Entry],
    extras: Extras,
) -> Result<(Vec<i64>, Totals), Invalid> {
    let mut rows: BTreeMap<Vat, i128> = BTreeMap::new();
    let mut nets = Vec::with_capacity(entries.len());
    for entry in entries {
        let sum = rows.entry(entry.vat).or_default();
        let before = taxable(mode, *sum, entry.vat);
        *sum += entry.kind.signed(entry.amount.into());
        let gained = match mode {
            PriceMode::Net => entry.amount.into(),
            PriceMode::Gross => entry.kind.signed(taxable(mode, *sum, entry.vat) - before),
        };
        nets.push(money::amount(gained)?);
    }
    let vat = rows.iter().map(|(vat, sum)| row(mode, *vat, *sum)).collect::<Result<Vec<_>, _>>()?;
    let sum_of = |kind: Priced| {
        let of_kind = entries.iter().zip(&nets).filter(|(entry, _)| entry.kind == kind);
        money::amount(of_kind.map(|(_, net)| i128::from(*net)).sum())
    };
    let (lines, allowances, charges) =
        (sum_of(Priced::Line)?, sum_of(Priced::Allowance)?, sum_of(Priced::Charge)?);
    let net = sum([lines, -allowances, charges])?;
    let tax = money::amount(vat.iter().map(|row| i128::from(row.tax)).sum())?;
    let gross = sum([net, tax])?;
    let open = sum([gross, -extras.prepaid])?;
    let (rounding, due) = in_cash(open, extras.cash_unit)?;
    let totals = Totals {
        lines,
        allowances,
        charges,
        net,
        vat,
        tax,
        gross,
        prepaid: extras.prepaid,
        rounding,
        due,
        retained: part(due.max(0), extras.retention),
    };
    Ok((nets, totals))
}

/// An amount rounded to a unit of cash: what the rounding adds, and the result.
fn in_cash(amount: i64, unit: u16) -> Result<(i64, i64), Invalid> {
    let unit = i128::from(unit.max(1));
    let rounded = money::amount(money::rounded(amount.into(), unit) * unit)?;
    Ok((rounded - amount, rounded))
}

impl Priced {
    /// The amount as it counts for the total.
    const fn signed(self, amount: i128) -> i128 {
        match self {
            Self::Line | Self::Charge => amount,
            Self::Allowance => -amount,
        }
    }
}

fn taxable(mode: PriceMode, sum: i128, vat: Vat) -> i128 {
    match mode {
        PriceMode::Net => sum,
        PriceMode::Gross => sum - contained(sum, vat),
    }
}

fn row(mode: PriceMode, vat: Vat, sum: i128) -> Result<VatRow, Invalid> {
    let net = money::amount(taxable(mode, sum, vat))?;
    let tax = match mode {
        PriceMode::Net => part(net, vat.rate()),
        PriceMode::Gross => money::amount(contained(sum, vat))?,
    };
    Ok(VatRow { vat, net, tax })
}

fn sum<const N: usize>(amounts: [i64; N]) -> Result<i64, Invalid> {
    money::amount(amounts.into_iter().map(i128::from).sum())
}

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::Booked;
use crate::{Vat, money, pricing::contained};

/// An amount of one tax, with the tax in it, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    pub vat: Vat,
    pub gross: i64,
    pub tax: i64,
}

impl Booked {
    /// What it states in each tax; a final invoice without what it deducts.
    pub(super) fn own(&self) -> Vec<Share> {
        let mut sums: BTreeMap<Vat, (i64, i64)> = BTreeMap::new();
        let own = self.vat.iter().map(|row| (1, row));
        for (sign, row) in own.chain(self.deducted.iter().map(|row| (-1, row))) {
            let (gross, tax) = sums.entry(row.vat).or_default();
            *gross += sign * (row.net + row.tax);
            *tax += sign * row.tax;
        }
        let share = |(vat, (gross, tax))| Share { vat, gross, tax };
        sums.into_iter().map(share).filter(|share| share.gross != 0 || share.tax != 0).collect()
    }

    /// The parts of an amount in the taxes of the document, by what it states in each of them. They
    /// add up to the amount: the last one takes what rounding leaves.
    pub(super) fn parts(&self, amount: i64) -> Vec<Share> {
        let own = self.own();
        let whole: i128 = own.iter().map(|share| i128::from(share.gross)).sum();
        let (mut before, mut given) = (0_i128, 0_i128);
        let mut parts = Vec::with_capacity(own.len());
        for share in own.iter().filter(|_| whole != 0) {
            before += i128::from(share.gross);
            let product = i128::from(amount) * before * whole.signum();
            // Each part is what the running sum gains, so that the last one ends at the amount.
            let until = money::rounded(product, whole.abs());
            let gross = i64::try_from(until - given).unwrap_or(amount);
            given = until;
            let tax = i64::try_from(contained(gross.into(), share.vat)).unwrap_or_default();
            parts.push(Share { vat: share.vat, gross, tax });
        }
        parts
    }
}

//! Whether the amounts that a received document states add up (EN 16931, BR-CO-10 to BR-CO-18).

use super::{InvoiceContent, InvoiceLine};
use crate::{Vat, money, pricing::Totals};

/// What does not add up.
pub(super) fn contradiction(
    content: &InvoiceContent,
    lines: &[InvoiceLine],
    totals: &Totals,
) -> Option<String> {
    let sum = |amounts: &[i64]| amounts.iter().map(|amount| i128::from(*amount)).sum::<i128>();
    let of_lines = lines.iter().map(|line| i128::from(line.net)).sum();
    let of_rows = totals.vat.iter().map(|row| i128::from(row.tax)).sum();
    let of_bases = totals.vat.iter().map(|row| i128::from(row.net)).sum();
    let Totals { allowances, charges, net, tax, gross, prepaid, rounding, due, .. } = *totals;
    let stated = [
        ("the lines", totals.lines, of_lines),
        ("the net total", net, sum(&[totals.lines, -allowances, charges])),
        ("the net total, by the VAT breakdown", net, of_bases),
        ("the VAT", tax, of_rows),
        ("the total with VAT", gross, sum(&[net, tax])),
        ("the amount due", due, sum(&[gross, -prepaid, rounding])),
    ];
    let wrong = stated.into_iter().find_map(|(name, stated, sum)| {
        let is_right = i128::from(stated) == sum && money::amount(sum).is_ok();
        (!is_right).then(|| format!("{name}: {stated} minor units are stated, {sum} add up"))
    });
    wrong.or_else(|| strange_rate(content, lines, totals))
}

/// A rate that the breakdown has twice, that only the breakdown has, or that it lacks. Nothing of a rate
/// is no fault.
fn strange_rate(
    content: &InvoiceContent,
    lines: &[InvoiceLine],
    totals: &Totals,
) -> Option<String> {
    let of_lines = lines.iter().map(|line| (line.draft.tax.vat(), line.net));
    let adjusted = content.adjustments.iter().map(|row| (row.tax.vat(), row.amount));
    let taxed: Vec<(Vat, i64)> = of_lines.chain(adjusted).collect();
    let rows = &totals.vat;
    let fault = |vat: Vat, what: &str| {
        let (category, rate) = (vat.category().name(), vat.rate().points());
        format!("the VAT breakdown: {category} at {rate} basis points {what}")
    };
    for (index, row) in rows.iter().enumerate() {
        if rows[..index].iter().any(|other| other.vat == row.vat) {
            return Some(fault(row.vat, "stands twice"));
        }
        let is_empty = row.net == 0 && row.tax == 0;
        if !is_empty && taxed.iter().all(|(vat, _)| *vat != row.vat) {
            return Some(fault(row.vat, "is the rate of no line"));
        }
    }
    let is_missing =
        |(vat, amount): &&(Vat, i64)| *amount != 0 && rows.iter().all(|row| row.vat != *vat);
    taxed.iter().find(is_missing).map(|(vat, _)| fault(*vat, "is missing"))
}

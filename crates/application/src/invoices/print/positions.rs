//! The positions, the discounts and charges of the whole, and the taxes.

use plinth_domain::{
    Adjustment, Invoice, InvoiceLine, Taxation, Vat,
    pricing::{Discount, PriceMode},
};
use plinth_ports::{PrintedAdjustment, PrintedLine, PrintedTax};

use super::{units::unit, written::Writer};

/// The amount of a position as it is printed: that of its price, with or without VAT. A credit note
/// may have a net amount that was fitted into its invoice.
const fn amount(line: &InvoiceLine, mode: PriceMode) -> i64 {
    match mode {
        PriceMode::Net => line.net,
        PriceMode::Gross => line.amount,
    }
}

/// The sum of the positions as they are printed.
pub(super) fn sum(lines: &[InvoiceLine], mode: PriceMode) -> i64 {
    lines.iter().map(|line| amount(line, mode)).fold(0, i64::saturating_add)
}

pub(super) fn lines(lines: &[InvoiceLine], mode: PriceMode, writer: Writer) -> Vec<PrintedLine> {
    let mut carried = 0_i64;
    let printed = |(position, line): (usize, &InvoiceLine)| {
        let draft = &line.draft;
        carried = carried.saturating_add(amount(line, mode));
        let (text, more) = match draft.text.as_str().split_once('\n') {
            Some((text, more)) => (text.trim_end(), Some(more.trim())),
            None => (draft.text.as_str(), None),
        };
        PrintedLine {
            position: position.to_string(),
            text: text.to_owned(),
            description: more.filter(|more| !more.is_empty()).map(str::to_owned),
            quantity: writer.decimal(&draft.quantity.to_string(), 0),
            unit: unit(draft.unit, writer.language),
            unit_price: writer.price(&draft.price.to_string()),
            adjustment: discount(line, writer),
            tax_rate: writer.rate(draft.tax.vat().rate()),
            amount: writer.amount(amount(line, mode)),
            carried: writer.amount(carried),
        }
    };
    (1..).zip(lines).map(printed).collect()
}

/// The discount that is already part of the amount.
fn discount(line: &InvoiceLine, writer: Writer) -> Option<String> {
    let word = writer.says("Nachlass", "Discount");
    let amount = writer.amount(-line.discount);
    match line.draft.discount? {
        Discount::Part(rate) => Some(format!("{word} {}: {amount}", writer.rate(rate))),
        Discount::Amount(_) => Some(format!("{word}: {amount}")),
    }
}

pub(super) fn adjustments(adjustments: &[Adjustment], writer: Writer) -> Vec<PrintedAdjustment> {
    let printed = |adjustment: &Adjustment| PrintedAdjustment {
        reason: adjustment.reason.as_str().to_owned(),
        tax_rate: writer.rate(adjustment.tax.vat().rate()),
        amount: writer.amount(if adjustment.is_charge {
            adjustment.amount
        } else {
            -adjustment.amount
        }),
    };
    adjustments.iter().map(printed).collect()
}

pub(super) fn taxes(invoice: &Invoice, lines: &[InvoiceLine], writer: Writer) -> Vec<PrintedTax> {
    let of_lines = lines.iter().map(|line| &line.draft.tax);
    let stated: Vec<&Taxation> =
        of_lines.chain(invoice.content.adjustments.iter().map(|one| &one.tax)).collect();
    let reason = |vat: Vat| {
        let mut same = stated.iter().filter(|tax| tax.vat().category() == vat.category());
        same.find_map(|tax| tax.reason()).map(|reason| reason.as_str().to_owned())
    };
    let rows = invoice.totals.vat.iter();
    rows.map(|row| PrintedTax {
        category: row.vat.category().name().to_owned(),
        rate: writer.rate(row.vat.rate()),
        net: writer.amount(row.net),
        tax: writer.amount(row.tax),
        reason: reason(row.vat),
    })
    .collect()
}

use en16931::{
    InvoiceAmount, Percentage, Quantity,
    invoice::{DocumentAllowanceCharge, InvoiceLine, LineAllowanceCharge, LineVat, VatBreakdown},
};
use plinth_domain::Currency;
use plinth_ports::{
    Unreadable,
    e_documents::{ReceivedAllowance, ReceivedLine, ReceivedVat},
};
use rust_decimal::Decimal;

use super::bounds::{LINE, TEXT, some_line};
use crate::{
    amount,
    refusal::malformed,
    text::{compact, line, lines},
};

/// An amount of the parser, which has two decimals, in minor units of the currency.
pub(super) fn minor(stated: InvoiceAmount, currency: Currency) -> Result<i64, Unreadable> {
    amount::parse(&stated.to_string(), currency).map(|money| money.amount_minor)
}

pub(super) fn one_line(
    stated: InvoiceLine,
    currency: Currency,
) -> Result<ReceivedLine, Unreadable> {
    let sum = |adjustments: &[LineAllowanceCharge]| {
        let amounts = adjustments.iter().map(|adjustment| adjustment.amount);
        InvoiceAmount::checked_sum(amounts).map_err(|_| overflow())
    };
    let adjustment = sum(&stated.charges)?.checked_sub(sum(&stated.allowances)?);
    let (vat_category, vat_percent) = vat(&stated.vat);
    Ok(ReceivedLine {
        position: line(&stated.id, LINE).unwrap_or_default(),
        name: some_line(stated.item.name).unwrap_or_default(),
        description: stated.item.description.and_then(|text| lines(&text, TEXT)),
        quantity: stated.quantity.into_decimal(),
        unit: code(stated.unit_code.as_str()),
        price: stated.price.net_price.into_decimal(),
        price_quantity: stated.price.base_quantity.map(Quantity::into_decimal),
        adjustment_minor: minor(adjustment.map_err(|_| overflow())?, currency)?,
        net_minor: minor(stated.net_amount, currency)?,
        vat_category,
        vat_percent,
    })
}

pub(super) fn allowance(
    stated: DocumentAllowanceCharge,
    currency: Currency,
) -> Result<ReceivedAllowance, Unreadable> {
    let (vat_category, vat_percent) = vat(&stated.vat);
    Ok(ReceivedAllowance {
        amount_minor: minor(stated.amount, currency)?,
        reason: some_line(stated.reason),
        vat_category,
        vat_percent,
    })
}

pub(super) fn vat_row(stated: VatBreakdown, currency: Currency) -> Result<ReceivedVat, Unreadable> {
    let reason = stated.exemption_reason_code.map(|code| code.as_str().to_owned());
    Ok(ReceivedVat {
        category: code(stated.category.as_str()),
        percent: stated.rate.map(Percentage::into_decimal),
        net_minor: minor(stated.taxable_amount, currency)?,
        vat_minor: minor(stated.tax_amount, currency)?,
        exemption: some_line(stated.exemption_reason).or_else(|| some_line(reason)),
    })
}

fn vat(stated: &LineVat) -> (String, Option<Decimal>) {
    (code(stated.category.as_str()), stated.rate.map(Percentage::into_decimal))
}

fn code(text: &str) -> String {
    compact(text, 20).unwrap_or_default()
}

fn overflow() -> Unreadable {
    malformed("the allowances or charges of a line are out of range")
}

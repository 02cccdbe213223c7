//! An invoice as it is printed: every value as a text in the language of the document.

mod countries;
mod letter;
mod payment;
mod positions;
#[cfg(test)]
mod tests;
mod units;
mod written;

use chrono::NaiveDate;
use plinth_domain::{
    Contract, Deduction, Description, Invoice, InvoiceKind, InvoiceLine, Language, Project, Seller,
    Text,
    pricing::{PriceMode, Totals},
};
use plinth_ports::{PrintedDeduction, PrintedInvoice, PrintedKind, PrintedTotals};

use written::Writer;

/// What is printed beside the record of the invoice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Surroundings {
    /// The settings of the seller: what the invoice has no copy of.
    pub(super) seller: Seller,
    /// The number that the organization gives to the buyer.
    pub(super) customer_number: Option<String>,
    /// The name of the project.
    pub(super) project: Option<String>,
    /// The number of the contract.
    pub(super) contract: Option<String>,
    /// Number and day of the invoice that a credit note corrects.
    pub(super) corrects: Option<(String, NaiveDate)>,
}

/// The records that an invoice refers to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Referenced<'a> {
    pub(super) customer_number: Option<&'a Text<32>>,
    pub(super) project: Option<&'a Project>,
    pub(super) contract: Option<&'a Contract>,
    pub(super) corrects: Option<&'a Invoice>,
}

impl Surroundings {
    pub(super) fn new(seller: Seller, referenced: Referenced<'_>) -> Self {
        let Referenced { customer_number, project, contract, corrects } = referenced;
        let reference = |invoice: &Invoice| {
            Some((invoice.number.as_ref()?.as_str().to_owned(), invoice.content.issued_on?))
        };
        let contract = contract.and_then(|contract| contract.number.as_ref());
        Self {
            seller,
            customer_number: customer_number.map(|number| number.as_str().to_owned()),
            project: project.map(|project| project.name.as_str().to_owned()),
            contract: contract.map(|number| number.as_str().to_owned()),
            corrects: corrects.and_then(reference),
        }
    }
}

/// The invoice in its language. One without a number is printed without it.
pub(super) fn printed(
    invoice: &Invoice,
    lines: &[InvoiceLine],
    around: &Surroundings,
) -> PrintedInvoice {
    let content = &invoice.content;
    let language = content.language.unwrap_or(Language::En);
    let writer = Writer { language, currency: content.currency };
    let mut notes = paragraphs(content.note.as_ref());
    if content.price_mode == PriceMode::Gross {
        notes.insert(
            0,
            writer.says("Die Preise enthalten die Umsatzsteuer.", "Prices include VAT."),
        );
    }
    PrintedInvoice {
        language: language.name().to_owned(),
        kind: kind(content.kind),
        number: invoice.number.as_ref().map_or("", Text::as_str).to_owned(),
        currency: content.currency.as_str().to_owned(),
        seller: letter::seller(invoice, around, language),
        buyer: letter::buyer(invoice, language),
        details: letter::details(invoice, around, writer),
        introduction: None,
        lines: positions::lines(lines, content.price_mode, writer),
        adjustments: positions::adjustments(&content.adjustments, writer),
        taxes: positions::taxes(invoice, lines, writer),
        totals: totals(&invoice.totals, positions::sum(lines, content.price_mode), writer),
        deductions: invoice.deductions.iter().map(|one| deduction(one, writer)).collect(),
        retention: payment::retention(invoice, writer),
        cash_discounts: payment::cash_discounts(invoice, writer),
        credit_transfer: payment::credit_transfer(invoice),
        notes,
    }
}

const fn kind(kind: InvoiceKind) -> PrintedKind {
    match kind {
        InvoiceKind::Standard => PrintedKind::Standard,
        InvoiceKind::Partial => PrintedKind::Partial,
        InvoiceKind::Final => PrintedKind::Final,
        InvoiceKind::CreditNote => PrintedKind::CreditNote,
    }
}

/// `lines` is the sum of the positions as they are printed.
fn totals(totals: &Totals, lines: i64, writer: Writer) -> PrintedTotals {
    let unless_zero = |minor| (minor != 0).then(|| writer.amount(minor));
    PrintedTotals {
        lines: writer.amount(lines),
        net: writer.amount(totals.net),
        tax: writer.amount(totals.tax),
        gross: writer.amount(totals.gross),
        prepaid: unless_zero(-totals.prepaid),
        rounding: unless_zero(totals.rounding),
        due: writer.amount(totals.due),
    }
}

fn deduction(deduction: &Deduction, writer: Writer) -> PrintedDeduction {
    let (net, gross) = (deduction.net(), deduction.gross());
    PrintedDeduction {
        number: deduction.number.as_str().to_owned(),
        issued_on: writer.day(deduction.issued_on),
        net: writer.amount(net),
        tax: writer.amount(gross - net),
        gross: writer.amount(gross),
    }
}

fn paragraphs(note: Option<&Description>) -> Vec<String> {
    let lines = note.map_or("", Description::as_str).lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

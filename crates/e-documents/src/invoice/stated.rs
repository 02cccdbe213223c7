use chrono::NaiveDate;
use en16931::{
    Date, DocumentReference,
    codes::{self, generated::CREDIT_NOTE_TYPE_CODES},
    invoice::{DocumentKind, Invoice, PrecedingInvoice},
};
use plinth_domain::Currency;
use plinth_ports::{
    Unreadable,
    e_documents::{InvoiceReference, InvoiceSyntax, ReceivedInvoice, ReceivedTotals, Warning},
};

use super::{
    bounds::{LINE, TEXT, some_line},
    parties, parts,
};
use crate::{
    amount,
    refusal::{malformed, too_complex},
    text::{line, lines},
};

/// How many allowances, charges and rows of VAT a document may have.
const ROWS: usize = 500;
/// How many notes, references and attachments are kept.
const KEPT: usize = 50;

/// The values that an invoice states.
pub(super) fn invoice(
    stated: Invoice,
    syntax: InvoiceSyntax,
    totals: impl FnOnce(Currency) -> Result<ReceivedTotals, Unreadable>,
    warnings: Vec<Warning>,
) -> Result<ReceivedInvoice, Unreadable> {
    let code = stated.currency.ok_or_else(|| malformed("the invoice does not say its currency"))?;
    let currency = amount::currency(code.as_str())?;
    if [stated.allowances.len(), stated.charges.len(), stated.vat_breakdown.len()]
        .iter()
        .any(|count| *count > ROWS)
    {
        let detail = format!("the invoice has more than {ROWS} allowances, charges or rates");
        return Err(too_complex(detail));
    }
    let type_code = stated.type_code.and_then(|code| line(code.as_str(), LINE));
    let is_credit_note = stated.kind == DocumentKind::CreditNote
        || type_code.as_deref().is_some_and(|code| codes::contains(CREDIT_NOTE_TYPE_CODES, code));
    let period = stated.invoicing_period.unwrap_or_default();
    let allowances = stated.allowances.into_iter().map(|row| parts::allowance(row, currency));
    let charges = stated.charges.into_iter().map(|row| parts::allowance(row, currency));
    Ok(ReceivedInvoice {
        syntax,
        specification: some_line(stated.specification_id),
        number: some_line(stated.number),
        type_code,
        is_credit_note,
        issued_on: day(stated.issue_date),
        due_on: day(stated.due_date),
        delivered_on: day(stated.delivery.and_then(|delivery| delivery.date)),
        period_from: day(period.start),
        period_until: day(period.end),
        currency,
        seller: parties::party(stated.seller),
        buyer: parties::party(stated.buyer),
        payee: some_line(stated.payee.and_then(|payee| payee.name)),
        buyer_reference: some_line(stated.buyer_reference),
        order_reference: reference(stated.purchase_order_reference),
        contract_reference: reference(stated.contract_reference),
        project_reference: reference(stated.project_reference),
        preceding: stated.preceding_invoices.iter().filter_map(preceding).take(KEPT).collect(),
        payment: parties::payment(stated.payment),
        payment_terms: stated.payment_terms.and_then(|terms| lines(&terms, TEXT)),
        notes: stated
            .notes
            .into_iter()
            .filter_map(|note| lines(&note.note?, TEXT))
            .take(KEPT)
            .collect(),
        allowances: allowances.collect::<Result<_, _>>()?,
        charges: charges.collect::<Result<_, _>>()?,
        vat: stated
            .vat_breakdown
            .into_iter()
            .map(|row| parts::vat_row(row, currency))
            .collect::<Result<_, _>>()?,
        lines: stated
            .lines
            .into_iter()
            .map(|line| parts::one_line(line, currency))
            .collect::<Result<_, _>>()?,
        totals: totals(currency)?,
        attachments: stated
            .attachments
            .into_iter()
            .filter_map(|document| match document.attachment {
                Some(file) => line(file.filename(), LINE),
                None => line(document.reference.as_str(), LINE),
            })
            .take(KEPT)
            .collect(),
        warnings,
    })
}

fn reference(stated: Option<DocumentReference>) -> Option<String> {
    stated.and_then(|reference| line(reference.as_str(), LINE))
}

fn preceding(stated: &PrecedingInvoice) -> Option<InvoiceReference> {
    let number = line(stated.reference.as_str(), LINE)?;
    Some(InvoiceReference { number, issued_on: day(stated.issue_date) })
}

fn day(date: Option<Date>) -> Option<NaiveDate> {
    let date = date?;
    NaiveDate::from_ymd_opt(date.year(), date.month().into(), date.day().into())
}

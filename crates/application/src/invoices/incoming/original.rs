//! Received credit notes: the invoice that one corrects, and the draft on it.

use plinth_domain::{
    Invoice, InvoiceDirection, InvoiceKind, InvoiceLine, InvoiceStatus, PartyId, Permission,
    ReceivedDraft, Text,
};
use plinth_ports::{
    Direction, InvoiceFilter, InvoiceSort, OneOf, PageRequest, Sort,
    e_documents::{InvoiceReference, ReceivedInvoice},
};

use super::{E_INVOICE_ORIGINAL_MISSING, supplier, unbookable};
use crate::{Context, Error};

/// How many references to earlier invoices are looked up.
const REFERENCES: usize = 10;

/// How many invoices of a supplier with one number are looked at: one for each year.
const YEARS: u16 = 20;

/// The booked invoice that a credit note corrects: the only one of its supplier, in its currency, with a
/// number that the note names (BG-3), and with the date, where the note states one.
pub(super) async fn of(
    ctx: &mut Context<'_>,
    received: &ReceivedInvoice,
    party: Option<PartyId>,
) -> Result<Invoice, Error> {
    ctx.access.require(Permission::InvoiceRead)?;
    if received.preceding.is_empty() {
        return Err(missing("the credit note names no invoice that it corrects (BG-3)".to_owned()));
    }
    let party = match party {
        Some(party) => Some(party),
        None => supplier::known(ctx, received).await?,
    };
    let no_supplier = || missing("no supplier is the seller of the credit note".to_owned());
    let party = party.ok_or_else(no_supplier)?;
    let named: Vec<_> = received.preceding.iter().take(REFERENCES).collect();
    let mut found: Vec<Invoice> = Vec::new();
    for reference in &named {
        for invoice in invoices(ctx, party, received, reference).await? {
            if found.iter().all(|known| known.id != invoice.id) {
                found.push(invoice);
            }
        }
    }
    let numbers = named.iter().map(|reference| reference.number.as_str());
    let numbers = numbers.collect::<Vec<_>>().join(", ");
    match (found.pop(), found.len()) {
        (Some(only), 0) => Ok(only),
        (None, _) => Err(missing(format!(
            "no booked invoice of the supplier in {} has the number {numbers}, or its date differs",
            received.currency.as_str()
        ))),
        (Some(_), more) => {
            Err(missing(format!("{} invoices of the supplier match {numbers}", more + 1)))
        }
    }
}

async fn invoices(
    ctx: &mut Context<'_>,
    party: PartyId,
    received: &ReceivedInvoice,
    reference: &InvoiceReference,
) -> Result<Vec<Invoice>, Error> {
    let Ok(number) = Text::parse(&reference.number) else { return Ok(Vec::new()) };
    let booked = InvoiceStatus::ALL.iter().copied().filter(|status| status.is_booked());
    let filter = InvoiceFilter {
        party: Some(party),
        direction: Some(InvoiceDirection::Payable),
        supplier_number: Some(number),
        status: OneOf::new(booked.collect()).unwrap_or_default(),
        ..InvoiceFilter::default()
    };
    let sort = Sort { by: InvoiceSort::CreatedAt, direction: Direction::Ascending };
    let mut found =
        ctx.unit.invoices().list(&filter, &PageRequest::first(YEARS, sort)).await?.items;
    let day = reference.issued_on;
    found.retain(|invoice| {
        let content = &invoice.content;
        content.kind != InvoiceKind::CreditNote
            && content.currency == received.currency
            && (day.is_none() || content.issued_on == day)
    });
    Ok(found)
}

/// A credit note on `original`. It has the project and the contract of the invoice; a line with the text of
/// one of the invoice's has its position of the contract, and any other one none.
pub(super) fn note(
    mut draft: ReceivedDraft,
    original: &Invoice,
    lines: &[InvoiceLine],
) -> Result<ReceivedDraft, Error> {
    if draft.totals.gross < 0 || draft.totals.due < 0 {
        return Err(unbookable("a credit note has a total below 0"));
    }
    draft.content.kind = InvoiceKind::CreditNote;
    draft.content.project = original.content.project;
    draft.content.contract = original.content.contract;
    draft.content.due_on = None;
    draft.content.discounts = Vec::new();
    for line in &mut draft.lines {
        let same = lines.iter().find(|own| own.draft.text == line.draft.text);
        line.draft.contract_position = same.and_then(|own| own.draft.contract_position);
    }
    draft.corrects = Some(original.id);
    Ok(draft)
}

fn missing(detail: String) -> Error {
    Error::Conflict { code: E_INVOICE_ORIGINAL_MISSING, detail: detail.into() }
}

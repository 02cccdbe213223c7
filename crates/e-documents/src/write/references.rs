use chrono::{Datelike, NaiveDate};
use en16931::{
    Attachment, AttachmentError, Date, DocumentReference,
    invoice::{Delivery, Invoice, InvoiceNote, Period, PrecedingInvoice, SupportingDocument},
};
use plinth_domain::{DocumentParties, Schedule, VatCategory, pricing::Totals};
use plinth_ports::e_documents::{
    E_INVOICE_INCOMPLETE, InvoiceReference, OutgoingInvoice, SupportingFile, Unwritable, XmlSyntax,
};
use rust_decimal::Decimal;

use super::{amounts::Amounts, parties, refused, texts::Texts, totals::has};

/// The note of the invoice, and what has no field: EN 16931 knows neither a retention nor the VAT of
/// what is deducted.
pub(super) fn notes(
    outgoing: OutgoingInvoice<'_>,
    amounts: Amounts,
    texts: Texts,
) -> Vec<InvoiceNote> {
    let content = &outgoing.invoice.content;
    let mut notes: Vec<InvoiceNote> =
        content.note.iter().map(|note| InvoiceNote::new(note.as_str())).collect();
    let retained = outgoing.invoice.totals.retained;
    if retained != 0 {
        let percent = Decimal::new(content.retention.points().into(), 2);
        let currency = content.currency.as_str();
        notes.push(texts.retained(percent, amounts.decimal(retained), currency).into());
    }
    // The final invoice states the VAT of what it deducts (`UStG`, § 14, 5), which has no field.
    for deduction in &outgoing.invoice.deductions {
        let net = deduction.net();
        let of = (deduction.number.as_str(), deduction.issued_on);
        let amounts = (amounts.decimal(net), amounts.decimal(deduction.gross() - net));
        notes.push(texts.deduction(of, amounts, content.currency.as_str()).into());
    }
    notes
}

/// The invoices that this one refers to. CII has a place for one: there, several are a note.
pub(super) fn preceding(
    model: &mut Invoice,
    outgoing: OutgoingInvoice<'_>,
    syntax: XmlSyntax,
    texts: Texts,
) -> Result<(), Unwritable> {
    let deducted = outgoing.invoice.deductions.iter().map(|deduction| InvoiceReference {
        number: deduction.number.as_str().to_owned(),
        issued_on: Some(deduction.issued_on),
    });
    let preceding: Vec<_> = outgoing.references.preceding.iter().cloned().chain(deducted).collect();
    if syntax == XmlSyntax::Cii && preceding.len() > 1 {
        let named = preceding.iter().map(|other| match other.issued_on {
            Some(day) => format!("{} ({})", other.number, texts.day(day)),
            None => other.number.clone(),
        });
        let note = format!("{} {}", texts.deducted, named.collect::<Vec<_>>().join(", "));
        model.notes.push(note.into());
        return Ok(());
    }
    for other in preceding {
        model.preceding_invoices.push(PrecedingInvoice {
            reference: DocumentReference::new(other.number),
            issue_date: other.issued_on.map(date).transpose()?,
        });
    }
    Ok(())
}

/// The supporting documents, each named by its file.
pub(super) fn supporting(files: &[SupportingFile]) -> Result<Vec<SupportingDocument>, Unwritable> {
    let one = |file: &SupportingFile| {
        let (name, kind) = (file.attachment.name.as_str(), file.attachment.kind.name());
        let attached = Attachment::new(file.content.to_vec(), kind, name);
        let refuse = |error: AttachmentError| refused(E_INVOICE_INCOMPLETE, &error.to_string());
        Ok(SupportingDocument {
            reference: DocumentReference::new(name),
            description: None,
            uri: None,
            attachment: Some(attached.map_err(refuse)?),
        })
    };
    files.iter().map(one).collect()
}

/// The day or the period of the supply, and for category K its place (BR-IC-11, BR-IC-12).
pub(super) fn supplied(
    model: &mut Invoice,
    supply: Schedule,
    sides: &DocumentParties,
    totals: &Totals,
) -> Result<(), Unwritable> {
    let (start, end) = (supply.starts_on(), supply.ends_on());
    let is_day = start.is_none() || end.is_none() || start == end;
    let day = start.or(end).filter(|_| is_day).map(date).transpose()?;
    if !is_day {
        model.invoicing_period =
            Some(Period { start: start.map(date).transpose()?, end: end.map(date).transpose()? });
    }
    let crosses = has(totals, VatCategory::IntraCommunity);
    let address = crosses.then(|| parties::address(&sides.buyer.address));
    if day.is_some() || address.is_some() {
        model.delivery = Some(Delivery { date: day, address, ..Delivery::default() });
    }
    Ok(())
}

/// A day.
pub(super) fn date(day: NaiveDate) -> Result<Date, Unwritable> {
    let part = |number: u32| u8::try_from(number).unwrap_or_default();
    Date::new(day.year(), part(day.month()), part(day.day()))
        .map_err(|error| refused(E_INVOICE_INCOMPLETE, &error.to_string()))
}

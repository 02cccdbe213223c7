use en16931::{
    DocumentReference,
    invoice::{Code, DocumentKind, Invoice},
};
use plinth_domain::{DocumentParties, InvoiceKind, Schedule, Text, VatCategory, pricing::Totals};
use plinth_ports::e_documents::{
    E_INVOICE_INCOMPLETE, EInvoiceProfile, OutgoingInvoice, Unwritable, XmlSyntax,
};

use super::{amounts::Amounts, lines, parties, payment, references, refused, texts::Texts, totals};

/// The process that XRechnung names (BT-23).
const BILLING: &str = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";

/// The invoice in the terms of EN 16931.
pub(super) fn of(
    outgoing: OutgoingInvoice<'_>,
    syntax: XmlSyntax,
    profile: EInvoiceProfile,
) -> Result<Invoice, Unwritable> {
    let OutgoingInvoice { invoice, lines, references } = outgoing;
    let content = &invoice.content;
    let not_issued = || refused(E_INVOICE_INCOMPLETE, "the invoice is not issued");
    let number = invoice.number.as_ref().map(Text::as_str).ok_or_else(not_issued)?;
    let sides = invoice.parties.as_ref().ok_or_else(not_issued)?;
    let issued_on = content.issued_on.ok_or_else(not_issued)?;
    let (amounts, texts) = (Amounts::of(content.currency), Texts::of(content.language));

    let mut model = Invoice::default();
    model.business_process = (profile == EInvoiceProfile::XRechnung).then(|| BILLING.to_owned());
    model.number = Some(number.to_owned());
    model.issue_date = Some(references::date(issued_on)?);
    model.type_code = Some(Code::new(type_code(content.kind)));
    model.currency = Some(Code::new(content.currency.as_str()));
    model.buyer_reference = content.buyer_reference.as_ref().map(|text| text.as_str().to_owned());
    model.project_reference = references.project.as_deref().map(DocumentReference::new);
    model.contract_reference = references.contract.as_deref().map(DocumentReference::new);
    let order = content.purchase_order.as_ref();
    model.purchase_order_reference = order.map(|text| DocumentReference::new(text.as_str()));
    model.notes = references::notes(outgoing, amounts, texts);
    between(&mut model, sides, &invoice.totals);
    if content.kind == InvoiceKind::CreditNote {
        // A note owes nothing on a day.
        model.kind = DocumentKind::CreditNote;
        model.payment_terms = Some(texts.set_off.to_owned());
        model.payment = Some(payment::set_off(number));
    } else {
        model.due_date = content.due_on.map(references::date).transpose()?;
        model.payment_terms = payment::terms(invoice, amounts, texts)?;
        let (account, transfer) = (&sides.seller.bank_account, references.transfer.as_ref());
        model.payment = Some(payment::to(account, content.currency, transfer, number));
    }
    for (is_charge, row) in totals::adjusted(content, lines, amounts)? {
        if is_charge { &mut model.charges } else { &mut model.allowances }.push(row);
    }
    model.vat_breakdown = totals::breakdown(&invoice.totals.vat, content, lines, amounts)?;
    model.totals = totals::of(&invoice.totals, amounts)?;
    for (index, line) in lines.iter().enumerate() {
        let mut written = lines::line(index + 1, line, content.price_mode, amounts, texts)?;
        written.unit_code = sides.buyer.unit_codes.of(line.draft.unit).as_str().into();
        model.lines.push(written);
    }
    references::preceding(&mut model, outgoing, syntax, texts)?;
    model.attachments = references::supporting(&references.files)?;
    let supply = references.corrected_supply.filter(|_| content.service == Schedule::default());
    references::supplied(&mut model, supply.unwrap_or(content.service), sides, &invoice.totals)?;
    Ok(model)
}

/// UNTDID 1001: a partial and a final invoice have codes of their own.
const fn type_code(kind: InvoiceKind) -> &'static str {
    match kind {
        InvoiceKind::Standard => "380",
        InvoiceKind::Partial => "326",
        InvoiceKind::Final => "877",
        InvoiceKind::CreditNote => "381",
    }
}

/// Both sides.
fn between(model: &mut Invoice, sides: &DocumentParties, totals: &Totals) {
    let has_vat_ids = !totals::has(totals, VatCategory::OutOfScope);
    model.seller = parties::seller(&sides.seller, has_vat_ids);
    model.buyer = parties::buyer(&sides.buyer, has_vat_ids);
}

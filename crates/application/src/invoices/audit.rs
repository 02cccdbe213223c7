//! The audit representation of an invoice. It holds every amount that a report is made of.

use plinth_domain::{
    Adjustment, BankAccount, Bic, CashDiscount, Country, Deduction, Description, DocumentParty,
    Iban, Id, Invoice, Language, PaymentTerms, Text, VatId, pricing::VatRow,
};
use serde_json::{Map, Value, json, value::RawValue};

pub(super) fn invoice(invoice: &Invoice) -> Value {
    let mut fields = stated(invoice);
    fields.extend(amounts(invoice));
    fields.into()
}

/// What it says.
fn stated(invoice: &Invoice) -> Map<String, Value> {
    let content = &invoice.content;
    object(json!({
        "direction": content.direction.name(),
        "kind": content.kind.name(),
        "status": invoice.status.name(),
        "number": invoice.number.as_ref().map(Text::as_str),
        "corrects_id": invoice.corrects.map(Id::uuid),
        "party_id": content.party.uuid(),
        "project_id": content.project.map(Id::uuid),
        "contract_id": content.contract.map(Id::uuid),
        "allow_over_billing": content.allow_over_billing,
        "supplier_number": content.supplier_number.as_ref().map(Text::as_str),
        "currency": content.currency.as_str(),
        "price_mode": content.price_mode.name(),
        "issued_on": content.issued_on,
        "booked_on": content.booked_on,
        "due_on": content.due_on,
        "service_from": content.service.starts_on(),
        "service_until": content.service.ends_on(),
        "payment_terms_days": content.payment_terms.map(PaymentTerms::days),
        "discounts": content.discounts.iter().copied().map(discount).collect::<Vec<_>>(),
        "buyer_reference": content.buyer_reference.as_ref().map(Text::as_str),
        "purchase_order": content.purchase_order.as_ref().map(Text::as_str),
        "note": content.note.as_ref().map(Description::as_str),
        "language": content.language.map(Language::name),
        "retention_basis_points": content.retention.points(),
        "cash_unit_minor": content.cash_unit.minor(),
        "adjustments": content.adjustments.iter().map(adjustment).collect::<Vec<_>>(),
        "dunning_blocked": invoice.dunning_blocked,
        "document_id": invoice.received.as_ref().map(|received| received.document.uuid()),
        "totals_stated": invoice.has_stated_totals(),
        "approved_by": invoice.review.approval.map(|approval| approval.by.uuid()),
        "approved_at": invoice.review.approval.map(|approval| approval.at),
        "seller": invoice.parties.as_ref().map(|parties| party(&parties.seller)),
        "buyer": invoice.parties.as_ref().map(|parties| party(&parties.buyer)),
        "metadata": serde_json::from_str::<&RawValue>(content.metadata.as_str()).ok(),
        "version": invoice.revision.version.number(),
    }))
}

/// What it adds up to, and what is settled of it.
fn amounts(invoice: &Invoice) -> Map<String, Value> {
    let totals = &invoice.totals;
    object(json!({
        "deductions": invoice.deductions.iter().map(deduction).collect::<Vec<_>>(),
        "lines_minor": totals.lines,
        "allowances_minor": totals.allowances,
        "charges_minor": totals.charges,
        "net_minor": totals.net,
        "vat": totals.vat.iter().map(vat_row).collect::<Vec<_>>(),
        "tax_minor": totals.tax,
        "gross_minor": totals.gross,
        "prepaid_minor": totals.prepaid,
        "rounding_minor": totals.rounding,
        "due_minor": totals.due,
        "retained_minor": totals.retained,
        "settled_minor": invoice.settlement.settled,
        "written_off_minor": invoice.settlement.written_off,
    }))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn discount(discount: CashDiscount) -> Value {
    json!({ "days": discount.days(), "rate_basis_points": discount.rate().points() })
}

fn adjustment(adjustment: &Adjustment) -> Value {
    json!({
        "type": if adjustment.is_charge { "charge" } else { "allowance" },
        "amount_minor": adjustment.amount,
        "reason": adjustment.reason.as_str(),
        "vat_category": adjustment.tax.vat().category().name(),
        "vat_rate_basis_points": adjustment.tax.vat().rate().points(),
    })
}

fn deduction(deduction: &Deduction) -> Value {
    json!({
        "invoice_id": deduction.invoice.uuid(),
        "vat": deduction.vat.iter().map(vat_row).collect::<Vec<_>>(),
    })
}

fn vat_row(row: &VatRow) -> Value {
    json!({
        "category": row.vat.category().name(),
        "rate_basis_points": row.vat.rate().points(),
        "net_minor": row.net,
        "tax_minor": row.tax,
    })
}

/// What identifies a side; the rest of its copy is in the invoice.
fn party(party: &DocumentParty) -> Value {
    let BankAccount { iban, bic, .. } = &party.bank_account;
    json!({
        "name": party.name.as_str(),
        "vat_id": party.vat_id.as_ref().map(VatId::as_str),
        "tax_number": party.tax_number.as_ref().map(Text::as_str),
        "country": party.address.country.as_ref().map(Country::as_str),
        "iban": iban.as_ref().map(Iban::as_str),
        "bic": bic.as_ref().map(Bic::as_str),
    })
}

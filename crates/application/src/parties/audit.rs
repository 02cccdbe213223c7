//! The audit representation of a party, and of what the organization has as a seller, too.

use plinth_domain::{
    Address, BankAccount, Bic, Contact, Country, Description, EInvoiceAddress, Email, Iban,
    Language, LeitwegId, Name, Party, PaymentTerms, Text, UnitCode, VatId,
    accounting::AccountNumber,
};
use serde_json::{Value, json, value::RawValue};

pub(super) fn party(party: &Party) -> Value {
    json!({
        "name": party.name.as_str(),
        "number": party.number.as_ref().map(Text::as_str),
        "role": party.role.name(),
        "vat_id": party.vat_id.as_ref().map(VatId::as_str),
        "tax_number": party.tax_number.as_ref().map(Text::as_str),
        "registration": party.registration.as_ref().map(Text::as_str),
        "contact": contact(&party.contact),
        "address": address(&party.address),
        "bank_account": bank_account(&party.bank_account),
        "debtor_account": party.debtor_account.as_ref().map(AccountNumber::as_str),
        "creditor_account": party.creditor_account.as_ref().map(AccountNumber::as_str),
        "payment_terms_days": party.payment_terms.map(PaymentTerms::days),
        "buyer_reference": party.buyer_reference.as_ref().map(Text::as_str),
        "leitweg_id": party.leitweg_id.as_ref().map(LeitwegId::as_str),
        "e_invoice_address": e_invoice_address(party.e_invoice_address.as_ref()),
        "unit_codes": party.unit_codes.pairs().iter().copied().map(unit_code).collect::<Vec<_>>(),
        "language": party.language.map(Language::name),
        "note": party.note.as_ref().map(Description::as_str),
        "consumer": party.consumer,
        "dunning_blocked": party.dunning_blocked,
        "archived": party.archived,
        "metadata": serde_json::from_str::<&RawValue>(party.metadata.as_str()).ok(),
        "version": party.revision.version.number(),
    })
}

/// The audit representation of an electronic address.
fn unit_code((unit, replaced_by): (UnitCode, UnitCode)) -> Value {
    json!({ "unit": unit.as_str(), "replaced_by": replaced_by.as_str() })
}

pub(crate) fn e_invoice_address(address: Option<&EInvoiceAddress>) -> Value {
    address.map_or(
        Value::Null,
        |address| json!({ "scheme": address.scheme.as_str(), "id": address.id.as_str() }),
    )
}

/// The audit representation of an address.
pub(crate) fn address(address: &Address) -> Value {
    json!({
        "street": address.street.as_ref().map(Text::as_str),
        "additional": address.additional.as_ref().map(Text::as_str),
        "postal_code": address.postal_code.as_ref().map(Text::as_str),
        "city": address.city.as_ref().map(Text::as_str),
        "region": address.region.as_ref().map(Text::as_str),
        "country": address.country.as_ref().map(Country::as_str),
    })
}

/// The audit representation of a contact.
pub(crate) fn contact(contact: &Contact) -> Value {
    json!({
        "name": contact.name.as_ref().map(Name::as_str),
        "email": contact.email.as_ref().map(Email::as_str),
        "phone": contact.phone.as_ref().map(Text::as_str),
    })
}

/// The audit representation of a bank account.
pub(crate) fn bank_account(account: &BankAccount) -> Value {
    json!({
        "iban": account.iban.as_ref().map(Iban::as_str),
        "bic": account.bic.as_ref().map(Bic::as_str),
        "bank_name": account.bank_name.as_ref().map(Text::as_str),
        "holder": account.holder.as_ref().map(Name::as_str),
    })
}

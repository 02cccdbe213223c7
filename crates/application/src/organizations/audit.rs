use plinth_domain::{Lines, Name, Seller, Text, VatId};
use serde_json::{Value, json};

use crate::parties::{address, bank_account, contact, e_invoice_address};

/// The audit representation of the organization as a seller.
pub(super) fn seller(seller: &Seller) -> Value {
    json!({
        "legal_name": seller.legal_name.as_ref().map(Name::as_str),
        "address": address(&seller.address),
        "vat_id": seller.vat_id.as_ref().map(VatId::as_str),
        "tax_number": seller.tax_number.as_ref().map(Text::as_str),
        "registration_court": seller.registration_court.as_ref().map(Text::as_str),
        "registration_number": seller.registration_number.as_ref().map(Text::as_str),
        "managing_directors": seller.managing_directors.names().collect::<Vec<_>>(),
        "contact": contact(&seller.contact),
        "e_invoice_address": e_invoice_address(seller.e_invoice_address.as_ref()),
        "bank_account": bank_account(&seller.bank_account),
        "footer": seller.footer.as_ref().map(Lines::as_str),
        "logo_document_id": seller.logo,
        "small_business": seller.small_business,
    })
}

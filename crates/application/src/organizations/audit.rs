use plinth_domain::{
    Lines, Name, Seller, Text, VatId,
    accounting::{AccountRule, AccountingSettings, ClientNumber, ConsultantNumber, Region, TaxKey},
};
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

/// The audit representation of what the export for accountants needs to know.
pub(super) fn accounting(settings: &AccountingSettings) -> Value {
    let rule = |rule: &AccountRule| {
        json!({
            "purpose": rule.purpose.name(),
            "category": rule.vat.map(|vat| vat.category().name()),
            "rate_basis_points": rule.vat.map(|vat| vat.rate().points()),
            "region": rule.region.map(Region::name),
            "account": rule.account.as_str(),
            "tax_key": rule.tax_key.as_ref().map(TaxKey::as_str),
        })
    };
    json!({
        "chart": settings.chart.name(),
        "consultant_number": settings.consultant_number.map(ConsultantNumber::get),
        "client_number": settings.client_number.map(ClientNumber::get),
        "account_length": settings.account_length.get(),
        "accounts": settings.rules.iter().map(rule).collect::<Vec<_>>(),
    })
}

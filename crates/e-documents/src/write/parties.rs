use en16931::{
    Identifier,
    invoice::{Contact, Party, PostalAddress},
};
use plinth_domain::{Address, DocumentParty, Email, Text, VatId};

/// The scheme of e-mail addresses.
const E_MAIL: &str = "EM";

/// The seller. Without VAT ids, where the invoice is not subject to VAT (BR-O-02).
pub(super) fn seller(party: &DocumentParty, has_vat_ids: bool) -> Party {
    let tax_number = party.tax_number.as_ref().map(Text::as_str);
    let mut seller = common(party, has_vat_ids);
    seller.tax_registration = tax_number.map(str::to_owned);
    // One identifier at least (BR-CO-26).
    if seller.vat_identifier.is_none() && seller.legal_registration.is_none() {
        seller.identifiers.extend(tax_number.map(Identifier::new));
    }
    seller
}

/// The buyer.
pub(super) fn buyer(party: &DocumentParty, has_vat_ids: bool) -> Party {
    common(party, has_vat_ids)
}

/// The postal address.
pub(super) fn address(address: &Address) -> PostalAddress {
    PostalAddress {
        line1: address.street.as_ref().map(|text| text.as_str().to_owned()),
        line2: address.additional.as_ref().map(|text| text.as_str().to_owned()),
        line3: None,
        city: address.city.as_ref().map(|text| text.as_str().to_owned()),
        post_code: address.postal_code.as_ref().map(|text| text.as_str().to_owned()),
        subdivision: address.region.as_ref().map(|text| text.as_str().to_owned()),
        country: address.country.map(|country| country.as_str().into()),
    }
}

fn common(party: &DocumentParty, has_vat_ids: bool) -> Party {
    let contact = &party.contact;
    let email = contact.email.as_ref().map(Email::as_str);
    let electronic = match &party.e_invoice_address {
        Some(address) => Some(Identifier::schemed(address.id.as_str(), address.scheme.as_str())),
        None => email.map(|email| Identifier::schemed(email, E_MAIL)),
    };
    let vat_id = party.vat_id.as_ref().filter(|_| has_vat_ids).map(VatId::as_str);
    Party {
        name: Some(party.name.as_str().to_owned()),
        legal_registration: party.registration.as_ref().map(|text| Identifier::new(text.as_str())),
        vat_identifier: vat_id.map(str::to_owned),
        electronic_address: electronic,
        address: address(&party.address),
        contact: Contact {
            name: contact.name.as_ref().map(|name| name.as_str().to_owned()),
            phone: contact.phone.as_ref().map(|text| text.as_str().to_owned()),
            email: email.map(str::to_owned),
        },
        ..Party::default()
    }
}

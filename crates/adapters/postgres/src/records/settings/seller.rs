use plinth_domain::{Lines, ManagingDirectors, Name, Seller, Text, VatId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::groups::{
    StoredAccount, StoredAddress, StoredContact, e_invoice_address, parsed, text,
};

/// The organization as a seller. What is absent is not known.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct StoredSeller {
    legal_name: Option<String>,
    vat_id: Option<String>,
    tax_number: Option<String>,
    registration_court: Option<String>,
    registration_number: Option<String>,
    managing_directors: Vec<String>,
    address: StoredAddress,
    contact: StoredContact,
    e_invoice_scheme: Option<String>,
    e_invoice_id: Option<String>,
    bank_account: StoredAccount,
    footer: Option<String>,
    logo_document_id: Option<Uuid>,
    small_business: bool,
}

impl From<&Seller> for StoredSeller {
    fn from(seller: &Seller) -> Self {
        let e_invoice = seller.e_invoice_address.as_ref();
        Self {
            legal_name: text!(seller.legal_name),
            vat_id: text!(seller.vat_id),
            tax_number: text!(seller.tax_number),
            registration_court: text!(seller.registration_court),
            registration_number: text!(seller.registration_number),
            managing_directors: seller.managing_directors.names().map(str::to_owned).collect(),
            address: (&seller.address).into(),
            contact: (&seller.contact).into(),
            e_invoice_scheme: e_invoice.map(|address| address.scheme.as_str().to_owned()),
            e_invoice_id: e_invoice.map(|address| address.id.as_str().to_owned()),
            bank_account: (&seller.bank_account).into(),
            footer: text!(seller.footer),
            logo_document_id: seller.logo,
            small_business: seller.small_business,
        }
    }
}

impl StoredSeller {
    /// The seller; `None` if a stored value is invalid.
    pub(super) fn read(self) -> Option<Seller> {
        Some(Seller {
            legal_name: parsed(self.legal_name, Name::stored)?,
            address: self.address.read()?,
            vat_id: parsed(self.vat_id, VatId::parse)?,
            tax_number: parsed(self.tax_number, Text::parse)?,
            registration_court: parsed(self.registration_court, Text::parse)?,
            registration_number: parsed(self.registration_number, Text::parse)?,
            managing_directors: ManagingDirectors::parse(&self.managing_directors).ok()?,
            contact: self.contact.read()?,
            e_invoice_address: e_invoice_address(self.e_invoice_scheme, self.e_invoice_id)?,
            bank_account: self.bank_account.read()?,
            footer: parsed(self.footer, Lines::parse)?,
            logo: self.logo_document_id,
            small_business: self.small_business,
        })
    }
}

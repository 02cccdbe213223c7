use crate::{
    Address, BankAccount, Contact, EInvoiceAddress, Name, Organization, Party, Text, UnitCodes,
    VatId,
};

/// A seller or a buyer as an issued document states it: a copy that later changes do not reach.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Party")]
pub struct DocumentParty {
    pub name: Name,
    pub vat_id: Option<VatId>,
    pub tax_number: Option<Text<50>>,
    pub registration: Option<Text<200>>,
    pub contact: Contact,
    pub address: Address,
    pub bank_account: BankAccount,
    pub e_invoice_address: Option<EInvoiceAddress>,
    pub unit_codes: UnitCodes,
}

impl From<Party> for DocumentParty {
    fn from(party: Party) -> Self {
        Self {
            name: party.name,
            vat_id: party.vat_id,
            tax_number: party.tax_number,
            registration: party.registration.and_then(|text| Text::parse(text.as_str()).ok()),
            contact: party.contact,
            address: party.address,
            bank_account: party.bank_account,
            e_invoice_address: party.e_invoice_address,
            unit_codes: party.unit_codes,
        }
    }
}

impl DocumentParty {
    /// The organization itself.
    #[must_use]
    pub fn of(organization: &Organization) -> Self {
        let seller = &organization.settings.seller;
        let register = [
            seller.registration_court.as_ref().map(Text::as_str),
            seller.registration_number.as_ref().map(Text::as_str),
        ];
        let register = register.into_iter().flatten().collect::<Vec<_>>().join(", ");
        Self {
            name: seller.legal_name.clone().unwrap_or_else(|| organization.name.clone()),
            vat_id: seller.vat_id.clone(),
            tax_number: seller.tax_number.clone(),
            registration: Text::parse(&register).ok(),
            contact: seller.contact.clone(),
            address: seller.address.clone(),
            bank_account: seller.bank_account.clone(),
            e_invoice_address: seller.e_invoice_address.clone(),
            unit_codes: UnitCodes::default(),
        }
    }
}

/// The two sides of an issued document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentParties {
    /// The side that is paid.
    pub seller: DocumentParty,
    /// The side that pays.
    pub buyer: DocumentParty,
}

use crate::{Address, BankAccount, Contact, EInvoiceAddress, Name, Party, Text, VatId};

/// A seller or a buyer as an issued document states it: a copy that later changes do not reach.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Party")]
pub struct DocumentParty {
    pub name: Name,
    pub vat_id: Option<VatId>,
    pub tax_number: Option<Text<50>>,
    pub registration: Option<Text<100>>,
    pub contact: Contact,
    pub address: Address,
    pub bank_account: BankAccount,
    pub e_invoice_address: Option<EInvoiceAddress>,
}

impl From<Party> for DocumentParty {
    fn from(party: Party) -> Self {
        Self {
            name: party.name,
            vat_id: party.vat_id,
            tax_number: party.tax_number,
            registration: party.registration,
            contact: party.contact,
            address: party.address,
            bank_account: party.bank_account,
            e_invoice_address: party.e_invoice_address,
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

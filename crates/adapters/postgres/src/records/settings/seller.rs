use plinth_domain::{
    Address, BankAccount, Bic, Contact, Country, Email, Iban, Invalid, Lines, ManagingDirectors,
    Name, Seller, Text, VatId,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
    bank_account: StoredAccount,
    footer: Option<String>,
    logo_document_id: Option<Uuid>,
    small_business: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredAddress {
    street: Option<String>,
    additional: Option<String>,
    postal_code: Option<String>,
    city: Option<String>,
    region: Option<String>,
    country: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredContact {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredAccount {
    iban: Option<String>,
    bic: Option<String>,
    bank_name: Option<String>,
    holder: Option<String>,
}

/// The text of an optional value.
macro_rules! text {
    ($value:expr) => {
        $value.as_ref().map(|value| value.as_str().to_owned())
    };
}

impl From<&Seller> for StoredSeller {
    fn from(seller: &Seller) -> Self {
        let Seller { address, contact, bank_account, .. } = seller;
        Self {
            legal_name: text!(seller.legal_name),
            vat_id: text!(seller.vat_id),
            tax_number: text!(seller.tax_number),
            registration_court: text!(seller.registration_court),
            registration_number: text!(seller.registration_number),
            managing_directors: seller.managing_directors.names().map(str::to_owned).collect(),
            address: StoredAddress {
                street: text!(address.street),
                additional: text!(address.additional),
                postal_code: text!(address.postal_code),
                city: text!(address.city),
                region: text!(address.region),
                country: text!(address.country),
            },
            contact: StoredContact {
                name: text!(contact.name),
                email: text!(contact.email),
                phone: text!(contact.phone),
            },
            bank_account: StoredAccount {
                iban: text!(bank_account.iban),
                bic: text!(bank_account.bic),
                bank_name: text!(bank_account.bank_name),
                holder: text!(bank_account.holder),
            },
            footer: text!(seller.footer),
            logo_document_id: seller.logo,
            small_business: seller.small_business,
        }
    }
}

impl StoredSeller {
    /// The seller; `None` if a stored value is invalid.
    pub(super) fn read(self) -> Option<Seller> {
        let Self { address, contact, bank_account, .. } = self;
        Some(Seller {
            legal_name: parsed(self.legal_name, Name::stored)?,
            address: Address {
                street: parsed(address.street, Text::parse)?,
                additional: parsed(address.additional, Text::parse)?,
                postal_code: parsed(address.postal_code, Text::parse)?,
                city: parsed(address.city, Text::parse)?,
                region: parsed(address.region, Text::parse)?,
                country: parsed(address.country, Country::parse)?,
            },
            vat_id: parsed(self.vat_id, VatId::parse)?,
            tax_number: parsed(self.tax_number, Text::parse)?,
            registration_court: parsed(self.registration_court, Text::parse)?,
            registration_number: parsed(self.registration_number, Text::parse)?,
            managing_directors: ManagingDirectors::parse(&self.managing_directors).ok()?,
            contact: Contact {
                name: parsed(contact.name, Name::stored)?,
                email: parsed(contact.email, Email::stored)?,
                phone: parsed(contact.phone, Text::parse)?,
            },
            bank_account: BankAccount {
                iban: parsed(bank_account.iban, Iban::parse)?,
                bic: parsed(bank_account.bic, Bic::parse)?,
                bank_name: parsed(bank_account.bank_name, Text::parse)?,
                holder: parsed(bank_account.holder, Name::stored)?,
            },
            footer: parsed(self.footer, Lines::parse)?,
            logo: self.logo_document_id,
            small_business: self.small_business,
        })
    }
}

#[expect(clippy::option_option, reason = "absent and invalid are two things")]
fn parsed<T>(
    stored: Option<String>,
    parse: impl FnOnce(&str) -> Result<T, Invalid>,
) -> Option<Option<T>> {
    match stored {
        Some(text) => parse(&text).ok().map(Some),
        None => Some(None),
    }
}

//! Groups of optional values as JSON: in the settings of a seller, and in the copies of an issued
//! document.

use plinth_domain::{
    Address, BankAccount, Bic, Contact, Country, EInvoiceAddress, EInvoiceScheme, Email, Iban,
    Invalid, Name, Text,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredAddress {
    street: Option<String>,
    additional: Option<String>,
    postal_code: Option<String>,
    city: Option<String>,
    region: Option<String>,
    country: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredContact {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredAccount {
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
pub(crate) use text;

/// The electronic address of which these are the parts; `None` if a part is invalid.
#[expect(clippy::option_option, reason = "invalid, or absent")]
pub fn e_invoice_address(
    scheme: Option<String>,
    id: Option<String>,
) -> Option<Option<EInvoiceAddress>> {
    let (Some(scheme), Some(id)) = (scheme, id) else { return Some(None) };
    let scheme = EInvoiceScheme::parse(&scheme).ok()?;
    Some(Some(EInvoiceAddress { scheme, id: Text::parse(&id).ok()? }))
}

impl From<&Address> for StoredAddress {
    fn from(address: &Address) -> Self {
        Self {
            street: text!(address.street),
            additional: text!(address.additional),
            postal_code: text!(address.postal_code),
            city: text!(address.city),
            region: text!(address.region),
            country: text!(address.country),
        }
    }
}

impl StoredAddress {
    pub fn read(self) -> Option<Address> {
        Some(Address {
            street: parsed(self.street, Text::parse)?,
            additional: parsed(self.additional, Text::parse)?,
            postal_code: parsed(self.postal_code, Text::parse)?,
            city: parsed(self.city, Text::parse)?,
            region: parsed(self.region, Text::parse)?,
            country: parsed(self.country, Country::parse)?,
        })
    }
}

impl From<&Contact> for StoredContact {
    fn from(contact: &Contact) -> Self {
        Self { name: text!(contact.name), email: text!(contact.email), phone: text!(contact.phone) }
    }
}

impl StoredContact {
    pub fn read(self) -> Option<Contact> {
        Some(Contact {
            name: parsed(self.name, Name::stored)?,
            email: parsed(self.email, Email::stored)?,
            phone: parsed(self.phone, Text::parse)?,
        })
    }
}

impl From<&BankAccount> for StoredAccount {
    fn from(account: &BankAccount) -> Self {
        Self {
            iban: text!(account.iban),
            bic: text!(account.bic),
            bank_name: text!(account.bank_name),
            holder: text!(account.holder),
        }
    }
}

impl StoredAccount {
    pub fn read(self) -> Option<BankAccount> {
        Some(BankAccount {
            iban: parsed(self.iban, Iban::parse)?,
            bic: parsed(self.bic, Bic::parse)?,
            bank_name: parsed(self.bank_name, Text::parse)?,
            holder: parsed(self.holder, Name::stored)?,
        })
    }
}

/// An optional value; `None` for one that the domain refuses.
#[expect(clippy::option_option, reason = "absent and invalid are two things")]
pub fn parsed<T>(
    stored: Option<String>,
    parse: impl FnOnce(&str) -> Result<T, Invalid>,
) -> Option<Option<T>> {
    match stored {
        Some(text) => parse(&text).ok().map(Some),
        None => Some(None),
    }
}

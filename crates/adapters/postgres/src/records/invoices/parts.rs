//! The parts of an invoice that are stored as JSON.

use plinth_domain::{
    Address, Adjustment, BankAccount, BasisPoints, Bic, CashDiscount, Contact, Country,
    DocumentParties, DocumentParty, EInvoiceAddress, EInvoiceScheme, Email, Iban, Name, Taxation,
    Text, Vat, VatCategory, VatId, pricing::VatRow,
};
use serde::{Deserialize, Serialize};

/// The stored text of a part.
fn text(part: &impl Serialize) -> String {
    // Serializing strings and numbers cannot fail.
    serde_json::to_string(part).unwrap_or_default()
}

#[derive(Serialize, Deserialize)]
struct StoredDiscount {
    days: u16,
    rate: u16,
}

pub fn discounts_text(discounts: &[CashDiscount]) -> String {
    let stored = |d: &CashDiscount| StoredDiscount { days: d.days(), rate: d.rate().points() };
    text(&discounts.iter().map(stored).collect::<Vec<_>>())
}

pub fn discounts(text: &str) -> Option<Vec<CashDiscount>> {
    let stored: Vec<StoredDiscount> = serde_json::from_str(text).ok()?;
    let loaded = |d: StoredDiscount| CashDiscount::new(d.days, BasisPoints::new(d.rate).ok()?).ok();
    stored.into_iter().map(loaded).collect()
}

#[derive(Serialize, Deserialize)]
struct StoredVat {
    category: String,
    rate: u16,
}

impl From<Vat> for StoredVat {
    fn from(vat: Vat) -> Self {
        Self { category: vat.category().name().to_owned(), rate: vat.rate().points() }
    }
}

impl StoredVat {
    fn load(&self) -> Option<Vat> {
        let category = VatCategory::from_name(&self.category)?;
        Vat::new(category, BasisPoints::new(self.rate).ok()?).ok()
    }
}

#[derive(Serialize, Deserialize)]
struct StoredVatRow {
    vat: StoredVat,
    net: i64,
    tax: i64,
}

pub fn vat_rows_text(rows: &[VatRow]) -> String {
    let stored = |row: &VatRow| StoredVatRow { vat: row.vat.into(), net: row.net, tax: row.tax };
    text(&rows.iter().map(stored).collect::<Vec<_>>())
}

pub fn vat_rows(text: &str) -> Option<Vec<VatRow>> {
    let stored: Vec<StoredVatRow> = serde_json::from_str(text).ok()?;
    let loaded =
        |row: StoredVatRow| Some(VatRow { vat: row.vat.load()?, net: row.net, tax: row.tax });
    stored.into_iter().map(loaded).collect()
}

#[derive(Serialize, Deserialize)]
struct StoredAdjustment {
    is_charge: bool,
    amount: i64,
    reason: String,
    vat: StoredVat,
    exemption_reason: Option<String>,
}

pub fn adjustments_text(adjustments: &[Adjustment]) -> String {
    let stored = |a: &Adjustment| StoredAdjustment {
        is_charge: a.is_charge,
        amount: a.amount,
        reason: a.reason.as_str().to_owned(),
        vat: a.tax.vat().into(),
        exemption_reason: a.tax.reason().map(|reason| reason.as_str().to_owned()),
    };
    text(&adjustments.iter().map(stored).collect::<Vec<_>>())
}

pub fn adjustments(text: &str) -> Option<Vec<Adjustment>> {
    let stored: Vec<StoredAdjustment> = serde_json::from_str(text).ok()?;
    let loaded = |a: StoredAdjustment| {
        Some(Adjustment {
            is_charge: a.is_charge,
            amount: a.amount,
            reason: Text::parse(&a.reason).ok()?,
            tax: Taxation::new(a.vat.load()?, optional(a.exemption_reason, Text::parse)?).ok()?,
        })
    };
    stored.into_iter().map(loaded).collect()
}

#[derive(Serialize, Deserialize)]
struct StoredParties {
    seller: StoredParty,
    buyer: StoredParty,
}

/// Absent values are left out.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredParty {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    vat_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    street: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iban: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bic: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bank_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_holder: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e_invoice_scheme: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e_invoice_id: Option<String>,
}

pub fn parties_text(parties: &DocumentParties) -> String {
    text(&StoredParties { seller: (&parties.seller).into(), buyer: (&parties.buyer).into() })
}

pub fn parties(text: &str) -> Option<DocumentParties> {
    let stored: StoredParties = serde_json::from_str(text).ok()?;
    Some(DocumentParties { seller: stored.seller.load()?, buyer: stored.buyer.load()? })
}

impl From<&DocumentParty> for StoredParty {
    fn from(party: &DocumentParty) -> Self {
        let DocumentParty { contact, address, bank_account, e_invoice_address, .. } = party;
        let e_invoice = e_invoice_address.as_ref();
        let text = |text: Option<&str>| text.map(str::to_owned);
        Self {
            name: party.name.as_str().to_owned(),
            vat_id: text(party.vat_id.as_ref().map(VatId::as_str)),
            tax_number: text(party.tax_number.as_ref().map(Text::as_str)),
            registration: text(party.registration.as_ref().map(Text::as_str)),
            contact_name: text(contact.name.as_ref().map(Name::as_str)),
            contact_email: text(contact.email.as_ref().map(Email::as_str)),
            contact_phone: text(contact.phone.as_ref().map(Text::as_str)),
            street: text(address.street.as_ref().map(Text::as_str)),
            additional: text(address.additional.as_ref().map(Text::as_str)),
            postal_code: text(address.postal_code.as_ref().map(Text::as_str)),
            city: text(address.city.as_ref().map(Text::as_str)),
            region: text(address.region.as_ref().map(Text::as_str)),
            country: text(address.country.as_ref().map(Country::as_str)),
            iban: text(bank_account.iban.as_ref().map(Iban::as_str)),
            bic: text(bank_account.bic.as_ref().map(Bic::as_str)),
            bank_name: text(bank_account.bank_name.as_ref().map(Text::as_str)),
            account_holder: text(bank_account.holder.as_ref().map(Name::as_str)),
            e_invoice_scheme: text(e_invoice.map(|address| address.scheme.as_str())),
            e_invoice_id: text(e_invoice.map(|address| address.id.as_str())),
        }
    }
}

impl StoredParty {
    fn load(self) -> Option<DocumentParty> {
        let e_invoice_address = match (self.e_invoice_scheme, self.e_invoice_id) {
            (Some(scheme), Some(id)) => Some(EInvoiceAddress {
                scheme: EInvoiceScheme::parse(&scheme).ok()?,
                id: Text::parse(&id).ok()?,
            }),
            _ => None,
        };
        Some(DocumentParty {
            name: Name::stored(&self.name).ok()?,
            vat_id: optional(self.vat_id, VatId::parse)?,
            tax_number: optional(self.tax_number, Text::parse)?,
            registration: optional(self.registration, Text::parse)?,
            contact: Contact {
                name: optional(self.contact_name, Name::stored)?,
                email: optional(self.contact_email, Email::stored)?,
                phone: optional(self.contact_phone, Text::parse)?,
            },
            address: Address {
                street: optional(self.street, Text::parse)?,
                additional: optional(self.additional, Text::parse)?,
                postal_code: optional(self.postal_code, Text::parse)?,
                city: optional(self.city, Text::parse)?,
                region: optional(self.region, Text::parse)?,
                country: optional(self.country, Country::parse)?,
            },
            bank_account: BankAccount {
                iban: optional(self.iban, Iban::parse)?,
                bic: optional(self.bic, Bic::parse)?,
                bank_name: optional(self.bank_name, Text::parse)?,
                holder: optional(self.account_holder, Name::stored)?,
            },
            e_invoice_address,
        })
    }
}

/// An optional value; `None` for one that the domain refuses.
#[expect(clippy::option_option, reason = "a value that is refused, and one that is absent")]
fn optional<T, E>(
    stored: Option<String>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Option<Option<T>> {
    match stored {
        None => Some(None),
        Some(text) => parse(&text).ok().map(Some),
    }
}

//! The parts of an invoice that are stored as JSON.

use plinth_domain::{
    Adjustment, BasisPoints, CashDiscount, Deduction, DocumentParties, DocumentParty, Name,
    Taxation, Text, Vat, VatCategory, VatId, pricing::VatRow,
};
use serde::{Deserialize, Serialize};

use super::super::{
    groups::{StoredAccount, StoredAddress, StoredContact, e_invoice_address, parsed, text},
    unit_codes,
};

/// The stored text of a part.
fn json(part: &impl Serialize) -> String {
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
    json(&discounts.iter().map(stored).collect::<Vec<_>>())
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

impl From<&VatRow> for StoredVatRow {
    fn from(row: &VatRow) -> Self {
        Self { vat: row.vat.into(), net: row.net, tax: row.tax }
    }
}

impl StoredVatRow {
    fn load(self) -> Option<VatRow> {
        Some(VatRow { vat: self.vat.load()?, net: self.net, tax: self.tax })
    }
}

pub fn vat_rows_text(rows: &[VatRow]) -> String {
    json(&rows.iter().map(StoredVatRow::from).collect::<Vec<_>>())
}

pub fn vat_rows(text: &str) -> Option<Vec<VatRow>> {
    let stored: Vec<StoredVatRow> = serde_json::from_str(text).ok()?;
    stored.into_iter().map(StoredVatRow::load).collect()
}

#[derive(Serialize, Deserialize)]
struct StoredDeduction {
    invoice: uuid::Uuid,
    number: String,
    issued_on: chrono::NaiveDate,
    vat: Vec<StoredVatRow>,
}

pub fn deductions_text(deductions: &[Deduction]) -> String {
    let stored = |one: &Deduction| StoredDeduction {
        invoice: one.invoice.uuid(),
        number: one.number.as_str().to_owned(),
        issued_on: one.issued_on,
        vat: one.vat.iter().map(StoredVatRow::from).collect(),
    };
    json(&deductions.iter().map(stored).collect::<Vec<_>>())
}

pub fn deductions(text: &str) -> Option<Vec<Deduction>> {
    let stored: Vec<StoredDeduction> = serde_json::from_str(text).ok()?;
    let loaded = |one: StoredDeduction| {
        Some(Deduction {
            invoice: plinth_domain::Id::from_uuid(one.invoice),
            number: Text::parse(&one.number).ok()?,
            issued_on: one.issued_on,
            vat: one.vat.into_iter().map(StoredVatRow::load).collect::<Option<_>>()?,
        })
    };
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
    json(&adjustments.iter().map(stored).collect::<Vec<_>>())
}

pub fn adjustments(text: &str) -> Option<Vec<Adjustment>> {
    let stored: Vec<StoredAdjustment> = serde_json::from_str(text).ok()?;
    let loaded = |a: StoredAdjustment| {
        Some(Adjustment {
            is_charge: a.is_charge,
            amount: a.amount,
            reason: Text::parse(&a.reason).ok()?,
            tax: Taxation::new(a.vat.load()?, parsed(a.exemption_reason, Text::parse)?).ok()?,
        })
    };
    stored.into_iter().map(loaded).collect()
}

#[derive(Serialize, Deserialize)]
struct StoredParties {
    seller: StoredParty,
    buyer: StoredParty,
}

/// What is absent is not known.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredParty {
    name: String,
    vat_id: Option<String>,
    tax_number: Option<String>,
    registration: Option<String>,
    contact: StoredContact,
    address: StoredAddress,
    bank_account: StoredAccount,
    e_invoice_scheme: Option<String>,
    e_invoice_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unit_codes: Vec<(String, String)>,
}

pub fn parties_text(parties: &DocumentParties) -> String {
    json(&StoredParties { seller: (&parties.seller).into(), buyer: (&parties.buyer).into() })
}

pub fn parties(text: &str) -> Option<DocumentParties> {
    let stored: StoredParties = serde_json::from_str(text).ok()?;
    Some(DocumentParties { seller: stored.seller.load()?, buyer: stored.buyer.load()? })
}

impl From<&DocumentParty> for StoredParty {
    fn from(party: &DocumentParty) -> Self {
        let e_invoice = party.e_invoice_address.as_ref();
        Self {
            name: party.name.as_str().to_owned(),
            vat_id: text!(party.vat_id),
            tax_number: text!(party.tax_number),
            registration: text!(party.registration),
            contact: (&party.contact).into(),
            address: (&party.address).into(),
            bank_account: (&party.bank_account).into(),
            e_invoice_scheme: e_invoice.map(|address| address.scheme.as_str().to_owned()),
            e_invoice_id: e_invoice.map(|address| address.id.as_str().to_owned()),
            unit_codes: unit_codes::pairs(&party.unit_codes),
        }
    }
}

impl StoredParty {
    fn load(self) -> Option<DocumentParty> {
        Some(DocumentParty {
            name: Name::stored(&self.name).ok()?,
            vat_id: parsed(self.vat_id, VatId::parse)?,
            tax_number: parsed(self.tax_number, Text::parse)?,
            registration: parsed(self.registration, Text::parse)?,
            contact: self.contact.read()?,
            address: self.address.read()?,
            bank_account: self.bank_account.read()?,
            e_invoice_address: e_invoice_address(self.e_invoice_scheme, self.e_invoice_id)?,
            unit_codes: unit_codes::loaded(&self.unit_codes)?,
        })
    }
}

//! Issued invoices of a building company.

use chrono::NaiveDate;
use plinth_domain::{
    Address, BankAccount, BasisPoints, Bic, CashUnit, Contact, Country, Currency, DocumentParties,
    DocumentParty, Email, Iban, Id, Invoice, InvoiceContent, InvoiceDirection, InvoiceDraft,
    InvoiceKind, InvoiceLine, Issuing, JsonObject, Language, LineDraft, Lines, ManagingDirectors,
    Name, PaymentTerms, Quantity, Schedule, Seller, Taxation, Text, Timestamp, UnitCode, UnitPrice,
    Vat, VatCategory, VatId, pricing::PriceMode,
};
use plinth_ports::PrintedInvoice;

use super::super::{Surroundings, printed};

pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "the fields are optional")]
pub fn text<const MAX: usize>(text: &str) -> Option<Text<MAX>> {
    Some(Text::parse(text).unwrap())
}

pub fn rate(points: u16) -> BasisPoints {
    BasisPoints::new(points).unwrap()
}

pub fn taxed(category: VatCategory, points: u16, reason: Option<&str>) -> Taxation {
    let vat = Vat::new(category, rate(points)).unwrap();
    Taxation::new(vat, reason.map(|text| Text::parse(text).unwrap())).unwrap()
}

pub fn line(words: &str, quantity: &str, unit: &str, price: &str, points: u16) -> LineDraft {
    LineDraft {
        text: Lines::parse(words).unwrap(),
        quantity: Quantity::parse(quantity).unwrap(),
        unit: UnitCode::parse(unit).unwrap(),
        price: UnitPrice::parse(price).unwrap(),
        discount: None,
        tax: taxed(VatCategory::Standard, points, None),
        contract_position: None,
    }
}

pub fn content(currency: &str, language: Language) -> InvoiceContent {
    InvoiceContent {
        direction: InvoiceDirection::Receivable,
        kind: InvoiceKind::Standard,
        party: Id::from_uuid(uuid::Uuid::nil()),
        contract: None,
        allow_over_billing: false,
        project: None,
        supplier_number: None,
        currency: Currency::parse(currency).unwrap(),
        price_mode: PriceMode::Net,
        issued_on: None,
        booked_on: None,
        due_on: None,
        service: Schedule::new(Some(day(10, 1)), Some(day(10, 31))).unwrap(),
        payment_terms: None,
        discounts: Vec::new(),
        buyer_reference: None,
        purchase_order: None,
        note: None,
        language: Some(language),
        retention: BasisPoints::default(),
        cash_unit: CashUnit::NONE,
        adjustments: Vec::new(),
        metadata: JsonObject::default(),
    }
}

fn party(name: &str, place: [&str; 4], vat_id: &str) -> DocumentParty {
    let [street, postal_code, city, country] = place;
    DocumentParty {
        name: Name::parse(name).unwrap(),
        vat_id: Some(VatId::parse(vat_id).unwrap()),
        tax_number: None,
        registration: None,
        contact: Contact::default(),
        address: Address {
            street: text(street),
            postal_code: text(postal_code),
            city: text(city),
            country: Some(Country::parse(country).unwrap()),
            ..Address::default()
        },
        bank_account: BankAccount::default(),
        e_invoice_address: None,
        unit_codes: plinth_domain::UnitCodes::default(),
    }
}

fn seller() -> DocumentParty {
    DocumentParty {
        tax_number: text("22/815/08156"),
        registration: text("Amtsgericht Hamburg, HRB 12345"),
        contact: Contact {
            name: Name::parse("Ada Beispiel").ok(),
            email: Email::parse("ada@example.com").ok(),
            phone: text("+49 40 1234"),
        },
        bank_account: BankAccount {
            iban: Iban::parse("DE89370400440532013000").ok(),
            bic: Bic::parse("COBADEFFXXX").ok(),
            bank_name: text("Commerzbank"),
            holder: None,
        },
        ..party("Hochbau Nord GmbH", ["Kai 7", "20457", "Hamburg", "DE"], "DE136695976")
    }
}

/// The invoice as it is issued on 28 November 2026 to a customer in Austria.
pub fn issued(content: InvoiceContent, lines: Vec<LineDraft>) -> (Invoice, Vec<InvoiceLine>) {
    let (id, at) = (uuid::Uuid::nil(), Timestamp::UNIX_EPOCH);
    let draft = InvoiceDraft { content, lines, stated_in: None };
    let (invoice, lines) = Invoice::draft(Id::from_uuid(id), Id::from_uuid(id), draft, at).unwrap();
    let buyer = party("Hafenamt Linz", ["Ufer 1", "4020", "Linz", "AT"], "ATU13585627");
    let issuing = Issuing {
        on: day(11, 28),
        booked_on: day(11, 28),
        parties: DocumentParties { seller: seller(), buyer },
        terms: PaymentTerms::from_days(14).unwrap(),
        language: Language::De,
        buyer_reference: None,
    };
    let prepared = invoice.prepare(&lines, issuing, at).unwrap();
    (prepared.numbered(Text::parse("RE-2026-00042").unwrap()), lines)
}

pub fn surroundings() -> Surroundings {
    let directors = ManagingDirectors::parse(&["Max Muster".into(), "Eva Mai".into()]).unwrap();
    Surroundings {
        seller: Seller {
            managing_directors: directors,
            footer: Lines::parse("Es gelten unsere AGB.\nHamburg").ok(),
            ..Seller::default()
        },
        customer_number: Some("10042".into()),
        project: Some("Kita Sonnenblume".into()),
        contract: Some("V-2026-003".into()),
        corrects: None,
    }
}

pub fn print(content: InvoiceContent, lines: Vec<LineDraft>) -> PrintedInvoice {
    let (invoice, lines) = issued(content, lines);
    printed(&invoice, &lines, &surroundings())
}

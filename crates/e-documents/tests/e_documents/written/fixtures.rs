//! Issued invoices, made by the domain.

use chrono::NaiveDate;
use plinth_domain::{
    Address, Adjustment, Attachment, AttachmentType, BankAccount, BasisPoints, CashDiscount,
    CashUnit, Contact, Country, Currency, Deduction, Description, DocumentParties, DocumentParty,
    EInvoiceAddress, EInvoiceScheme, Email, Iban, Id, Invoice, InvoiceContent, InvoiceDirection,
    InvoiceDraft, InvoiceKind, InvoiceLine, Issuing, JsonObject, Language, LineDraft, Lines, Name,
    PaymentTerms, Quantity, Schedule, Taxation, Text, Timestamp, UnitCode, UnitCodes, UnitPrice,
    Vat, VatCategory, VatId,
    pricing::{Discount, PriceMode, VatRow},
};
use plinth_ports::e_documents::{InvoiceReference, OutgoingReferences, SupportingFile};

use super::Fixture;

pub const AT: Timestamp = Timestamp::UNIX_EPOCH;

pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

pub fn points(points: u16) -> BasisPoints {
    BasisPoints::new(points).unwrap()
}

pub fn tax(category: VatCategory, rate: u16, reason: Option<&str>) -> Taxation {
    let vat = Vat::new(category, points(rate)).unwrap();
    Taxation::new(vat, reason.map(|text| Text::parse(text).unwrap())).unwrap()
}

pub fn standard_rate() -> Taxation {
    tax(VatCategory::Standard, 1900, None)
}

pub fn line(text: &str, quantity: &str, unit: &str, price: &str, tax: Taxation) -> LineDraft {
    LineDraft {
        text: Lines::parse(text).unwrap(),
        quantity: Quantity::parse(quantity).unwrap(),
        unit: UnitCode::parse(unit).unwrap(),
        price: UnitPrice::parse(price).unwrap(),
        discount: None,
        tax,
        contract_position: None,
    }
}

pub fn building_site() -> Vec<LineDraft> {
    let discounted = LineDraft {
        discount: Some(Discount::Part(points(1000))),
        ..line("Stahlschrauben & Muttern", "1000", "C62", "0.0375", standard_rate())
    };
    vec![
        line("Beton C25/30 <frei>\nmit Lieferung", "12.5", "MTQ", "98.40", standard_rate()),
        discounted,
        line("Arbeitszeit", "7.25", "HUR", "62", standard_rate()),
    ]
}

pub fn content() -> InvoiceContent {
    InvoiceContent {
        direction: InvoiceDirection::Receivable,
        kind: InvoiceKind::Standard,
        party: Id::from_uuid(uuid::Uuid::nil()),
        project: None,
        contract: None,
        allow_over_billing: false,
        supplier_number: None,
        currency: Currency::EUR,
        price_mode: PriceMode::Net,
        issued_on: None,
        booked_on: None,
        due_on: None,
        service: Schedule::new(Some(day(11, 2)), Some(day(11, 20))).unwrap(),
        payment_terms: None,
        discounts: Vec::new(),
        buyer_reference: None,
        purchase_order: Text::parse("B-2026/7").ok(),
        note: Description::parse("Vielen Dank für Ihren Auftrag.".to_owned()).ok(),
        language: None,
        retention: BasisPoints::default(),
        cash_unit: CashUnit::NONE,
        adjustments: Vec::new(),
        metadata: JsonObject::default(),
    }
}

fn seller() -> DocumentParty {
    DocumentParty {
        name: Name::parse("Bau & Söhne <GmbH>").unwrap(),
        vat_id: VatId::parse("DE136695976").ok(),
        tax_number: Text::parse("22/815/08156").ok(),
        registration: Text::parse("Amtsgericht Hamburg, HRB 1").ok(),
        contact: Contact {
            name: Name::parse("Erika Muster").ok(),
            email: Email::parse("rechnung@bau.example").ok(),
            phone: Text::parse("+49 40 123456").ok(),
        },
        address: address("Kai 7", "20457", "Hamburg", "DE"),
        bank_account: BankAccount {
            iban: Iban::parse("DE89370400440532013000").ok(),
            ..BankAccount::default()
        },
        e_invoice_address: None,
        unit_codes: UnitCodes::default(),
    }
}

fn address(street: &str, post_code: &str, city: &str, country: &str) -> Address {
    Address {
        street: Text::parse(street).ok(),
        postal_code: Text::parse(post_code).ok(),
        city: Text::parse(city).ok(),
        country: Country::parse(country).ok(),
        ..Address::default()
    }
}

/// A German authority, or a company in another country.
pub fn buyer(country: &str, vat_id: Option<&str>) -> DocumentParty {
    DocumentParty {
        name: Name::parse("Stadt Musterstadt").unwrap(),
        vat_id: vat_id.map(|id| VatId::parse(id).unwrap()),
        tax_number: None,
        registration: None,
        contact: Contact::default(),
        address: address("Markt 1", "12345", "Musterstadt", country),
        bank_account: BankAccount::default(),
        e_invoice_address: Some(EInvoiceAddress {
            scheme: EInvoiceScheme::parse("0204").unwrap(),
            id: Text::parse("04011000-1234512345-06").unwrap(),
        }),
        unit_codes: UnitCodes::default(),
    }
}

/// The draft and its lines.
pub fn draft(content: InvoiceContent, lines: Vec<LineDraft>) -> (Invoice, Vec<InvoiceLine>) {
    let id = uuid::Uuid::nil();
    let draft = InvoiceDraft { content, lines, stated_in: None };
    Invoice::draft(Id::from_uuid(id), Id::from_uuid(id), draft, AT).unwrap()
}

pub fn issued(
    name: &'static str,
    (invoice, lines): (Invoice, Vec<InvoiceLine>),
    buyer: DocumentParty,
) -> Fixture {
    let issuing = Issuing {
        on: day(11, 28),
        booked_on: day(11, 28),
        parties: DocumentParties { seller: seller(), buyer },
        terms: PaymentTerms::from_days(14).unwrap(),
        language: Language::De,
        buyer_reference: Text::parse("04011000-1234512345-06").ok(),
    };
    let prepared = invoice.prepare(&lines, issuing, AT).unwrap();
    let invoice = prepared.numbered(Text::parse("RE-2026-00042").unwrap());
    Fixture { name, invoice, lines, references: OutgoingReferences::default() }
}

pub fn standard() -> Fixture {
    issued("standard", draft(content(), building_site()), buyer("DE", None))
}

pub fn of_lines(name: &'static str, lines: Vec<LineDraft>) -> Fixture {
    issued(name, draft(content(), lines), buyer("DE", None))
}

pub fn partial() -> Fixture {
    let content = InvoiceContent {
        kind: InvoiceKind::Partial,
        contract: Some(Id::from_uuid(uuid::Uuid::nil())),
        retention: points(500),
        discounts: vec![
            CashDiscount::new(7, points(300)).unwrap(),
            CashDiscount::new(14, points(150)).unwrap(),
        ],
        ..content()
    };
    let mut fixture = issued("partial", draft(content, building_site()), buyer("DE", None));
    fixture.references.contract = Some("V-2026-3".to_owned());
    fixture.references.project = Some("KAI-7".to_owned());
    fixture
}

/// Deducts two partial invoices of 595.00 each.
pub fn last() -> Fixture {
    let contract = Some(Id::from_uuid(uuid::Uuid::nil()));
    let content = InvoiceContent { kind: InvoiceKind::Final, contract, ..content() };
    let (invoice, lines) = draft(content, building_site());
    let vat = standard_rate().vat();
    let deductions =
        [("RE-2026-00007", 9), ("RE-2026-00019", 10)].map(|(number, month)| Deduction {
            invoice: invoice.id,
            number: Text::parse(number).unwrap(),
            issued_on: day(month, 1),
            vat: vec![VatRow { vat, net: 50_000, tax: 9_500 }],
        });
    let invoice = invoice.deduct(&lines, deductions.to_vec()).unwrap();
    issued("final", (invoice, lines), buyer("DE", None))
}

pub fn credit_note() -> Fixture {
    let original = standard();
    let (note, mut lines) =
        original.invoice.credit(original.invoice.id, original.lines, None, None, AT).unwrap();
    let note = note.fit_into(&mut lines, &original.invoice, &[]).unwrap();
    let mut fixture = issued("credit-note", (note, lines), buyer("DE", None));
    fixture.references.preceding =
        vec![InvoiceReference { number: "RE-2026-00041".to_owned(), issued_on: Some(day(11, 27)) }];
    fixture.references.corrected_supply = Some(original.invoice.content.service);
    fixture
}

fn adjustment(is_charge: bool, amount: i64, reason: &str, rate: u16) -> Adjustment {
    let reason = Text::parse(reason).unwrap();
    Adjustment { is_charge, amount, reason, tax: tax(VatCategory::Standard, rate, None) }
}

/// A file of this many bytes.
pub fn file(name: &str, kind: AttachmentType, bytes: usize) -> SupportingFile {
    let content: Vec<u8> = (0..=250).cycle().take(bytes).collect();
    let id = uuid::Uuid::nil();
    let attachment = Attachment {
        document: Id::from_uuid(id),
        version: Id::from_uuid(id),
        name: Name::parse(name).unwrap(),
        kind,
        size_bytes: bytes as u64,
        sha256: None,
    };
    SupportingFile { attachment, content: content.into() }
}

/// For a buyer that wants other units, with two files.
pub fn supported() -> Fixture {
    let mut buyer = buyer("DE", None);
    let unit = |code| UnitCode::parse(code).unwrap();
    buyer.unit_codes = UnitCodes::new(vec![(unit("C62"), unit("H87"))]).unwrap();
    let mut fixture = issued("supporting-documents", draft(content(), building_site()), buyer);
    fixture.references.files = vec![
        file("Aufmaß \"Kai 7\" & Skizze.pdf", AttachmentType::Pdf, 70_000),
        file("Stunden.csv", AttachmentType::Csv, 1_001),
    ];
    fixture
}

/// In gross prices, so that every net amount is calculated.
pub fn adjusted() -> Fixture {
    let content = InvoiceContent {
        price_mode: PriceMode::Gross,
        adjustments: vec![
            adjustment(false, 5_000, "Treuerabatt", 1900),
            adjustment(true, 1_234, "Fracht", 700),
        ],
        ..content()
    };
    let mut lines = building_site();
    lines.push(line("Fachbuch", "3", "C62", "19.99", tax(VatCategory::Standard, 700, None)));
    issued("discount-and-charge", draft(content, lines), buyer("DE", None))
}

fn mixed() -> Fixture {
    let mut lines = building_site();
    lines.push(line("Fachbuch", "3", "C62", "19.99", tax(VatCategory::Standard, 700, None)));
    lines.push(line(
        "Versicherung",
        "1",
        "C62",
        "80",
        tax(VatCategory::Exempt, 0, Some("§ 4 Nr. 10 UStG")),
    ));
    lines.push(line("Rückgabe", "-2", "C62", "9.95", standard_rate()));
    of_lines("mixed-rates", lines)
}

fn many() -> Fixture {
    let line = |number: u32| {
        let quantity = format!("{}.{:06}", 100 + number, number * 7919);
        let price = format!("0.{:06}", 312_457 + number * 13);
        let rate = if number.is_multiple_of(3) { 700 } else { 1900 };
        line("Strom Zählpunkt", &quantity, "KWH", &price, tax(VatCategory::Standard, rate, None))
    };
    of_lines("120-lines", (1..=120).map(line).collect())
}

fn in_currency(name: &'static str, code: &str, country: &str, price: &str) -> Fixture {
    let content = InvoiceContent {
        currency: Currency::parse(code).unwrap(),
        language: Some(Language::En),
        ..content()
    };
    let lines = vec![line("Consulting", "3", "HUR", price, standard_rate())];
    issued(name, draft(content, lines), buyer(country, None))
}

/// The thirteen kinds of invoices.
pub fn all() -> Vec<Fixture> {
    let reverse =
        vec![line("Bauleistung", "1", "C62", "500", tax(VatCategory::ReverseCharge, 0, None))];
    let zero = vec![line("PV-Modul", "10", "C62", "120", tax(VatCategory::Zero, 0, None))];
    let exempt = tax(VatCategory::Exempt, 0, Some("Kleinunternehmer, § 19 UStG"));
    vec![
        standard(),
        partial(),
        last(),
        credit_note(),
        issued("reverse-charge", draft(content(), reverse), buyer("NL", Some("NL123456782B90"))),
        of_lines("zero-rate", zero),
        of_lines("exempt", vec![line("Kurs", "1", "C62", "120", exempt)]),
        mixed(),
        adjusted(),
        in_currency("foreign-currency", "USD", "US", "150.55"),
        many(),
        in_currency("zero-decimals", "JPY", "JP", "1234.5"),
        supported(),
    ]
}

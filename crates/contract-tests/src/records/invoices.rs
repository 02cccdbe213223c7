use futures::future::BoxFuture;
use plinth_domain::{
    Address, Adjustment, Approval, BankAccount, BasisPoints, CashDiscount, CashUnit, Contact,
    Country, Currency, Deduction, Description, DocumentParties, DocumentParty, EInvoiceAddress,
    EInvoiceScheme, Email, Iban, Id, Invoice, InvoiceContent, InvoiceDirection, InvoiceKind,
    InvoiceStatus, JsonObject, Language, PaymentTerms, Received, ReceivedFindings, ReceivedWarning,
    Review, Revision, Schedule, Settlement, Taxation, Text, Vat, VatCategory, VatId,
    pricing::{PriceMode, Totals, VatRow},
};
use plinth_ports::{InvoiceFilter, OneOf, Result, UnitOfWork};

use super::{Fixture, World};
use crate::fixture::{id, name};

/// From here on the invoices are issued: what the tests change is a draft.
const ISSUED: usize = 10;

impl Fixture for Invoice {
    fn make(invoice: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let is_issued = (ISSUED..20).contains(&n);
        let totals = totals(n);
        let settled = if is_issued { totals.due / 2 } else { 0 };
        Self {
            id: invoice,
            organization: id(),
            status: if is_issued { InvoiceStatus::ALL[1 + n % 5] } else { InvoiceStatus::Draft },
            number: is_issued.then(|| Text::parse(&format!("RE-{n}")).unwrap()),
            corrects: world.id_if_made(n).filter(|_| n % 4 == 2),
            content: content(n, world),
            deductions: (0..n % 3).map(deduction).collect(),
            settlement: Settlement { settled, written_off: settled / 3 },
            totals,
            parties: is_issued.then(|| DocumentParties {
                seller: party("Nord", true),
                buyer: party("Süd", n.is_multiple_of(3)),
            }),
            // Documents to which a world's own invoices refer could not be removed.
            received: (!n.is_multiple_of(3) && n < 100).then(|| received(n, world)),
            review: review(n, revision),
            dunning_blocked: n % 4 == 3,
            revision,
        }
    }

    fn filters(world: &World) -> Vec<InvoiceFilter> {
        let statuses = vec![InvoiceStatus::Issued, InvoiceStatus::Draft];
        let kinds = vec![InvoiceKind::Standard, InvoiceKind::Final];
        let day = content(10, world).due_on.unwrap();
        vec![
            InvoiceFilter { status: InvoiceStatus::Paid.into(), ..Default::default() },
            InvoiceFilter { status: OneOf::new(statuses).unwrap(), ..Default::default() },
            InvoiceFilter { kind: InvoiceKind::CreditNote.into(), ..Default::default() },
            InvoiceFilter { kind: OneOf::new(kinds).unwrap(), ..Default::default() },
            InvoiceFilter { direction: Some(InvoiceDirection::Payable), ..Default::default() },
            InvoiceFilter { party: Some(world.id(1)), ..Default::default() },
            InvoiceFilter { project: Some(world.id(0)), ..Default::default() },
            InvoiceFilter { contract: Some(world.id(1)), ..Default::default() },
            InvoiceFilter { corrects: world.id_if_made(2), ..Default::default() },
            InvoiceFilter { number: Text::parse("RE-12").ok(), ..Default::default() },
            InvoiceFilter { supplier_number: Text::parse("S/3").ok(), ..Default::default() },
            InvoiceFilter { overdue_on: day.succ_opt(), ..Default::default() },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        unit.invoices().insert(record)
    }
}

/// An old one has no findings.
fn received(n: usize, world: &World) -> Received {
    let warning = |n: usize| ReceivedWarning {
        code: Text::parse("BR-CO-15").unwrap(),
        text: Text::parse(&format!("{n} is \"wrong\", as is \\")).unwrap(),
    };
    let findings = ReceivedFindings {
        buyer_name: Text::parse("Bau & Söhne GmbH").ok(),
        buyer_vat_id: Text::parse("DE1").ok(),
        warnings: (0..n % 4).map(warning).collect(),
        files: vec![Text::parse("Aufmaß {1}.pdf").unwrap(); n % 4 / 2],
    };
    let findings = if n.is_multiple_of(2) { findings } else { ReceivedFindings::default() };
    Received { document: world.id(n), is_stated: n % 3 == 1, findings }
}

/// Incoming ones are approved, every other time.
fn review(n: usize, revision: Revision) -> Review {
    let user = |n: u128| Id::from_uuid(uuid::Uuid::from_u128(n));
    let is_incoming = InvoiceDirection::ALL[n % 2] == InvoiceDirection::Payable;
    Review {
        created_by: (!n.is_multiple_of(3)).then(|| user(1)),
        edited_by: (n % 3 > 1).then(|| user(2)),
        approval: (is_incoming && n % 4 == 1)
            .then(|| Approval { by: user(3), at: revision.created_at }),
    }
}

fn content(n: usize, world: &World) -> InvoiceContent {
    let full = n.is_multiple_of(2);
    let day = |days: usize| {
        let days = chrono::Days::new(u64::try_from(days).unwrap());
        chrono::NaiveDate::from_ymd_opt(2026, 2, 1).unwrap().checked_add_days(days).unwrap()
    };
    let is_dated = !n.is_multiple_of(4) || n >= ISSUED;
    InvoiceContent {
        direction: InvoiceDirection::ALL[n % 2],
        kind: InvoiceKind::ALL[n % 4],
        party: world.id(n),
        project: full.then(|| world.id(n / 2)),
        contract: (!n.is_multiple_of(4)).then(|| world.id(n)),
        allow_over_billing: full,
        supplier_number: (!full).then(|| Text::parse(&format!("S/{n}")).unwrap()),
        currency: Currency::parse(["EUR", "JPY", "KWD"][n % 3]).unwrap(),
        price_mode: PriceMode::ALL[n % 2],
        issued_on: is_dated.then(|| day(n)),
        booked_on: (n % 2 == 1 || (ISSUED..20).contains(&n)).then(|| day(n)),
        due_on: is_dated.then(|| day(2 * n)),
        service: Schedule::new(full.then(|| day(1)), full.then(|| day(n + 1))).unwrap(),
        payment_terms: full.then(|| PaymentTerms::from_days(14).unwrap()),
        discounts: vec![CashDiscount::new(10, rate(200)).unwrap(); n % 3],
        buyer_reference: full.then(|| Text::parse(&format!("Ref {n}")).unwrap()),
        purchase_order: full.then(|| Text::parse(&format!("PO {n}")).unwrap()),
        note: full.then(|| Description::parse(format!("Line {n},\nand one more")).unwrap()),
        language: full.then_some(Language::ALL[n % 4 / 2]),
        retention: rate(u16::try_from(n).unwrap() * 7),
        cash_unit: CashUnit::new([1, 5, 10, 20, 50, 100][n % 6]).unwrap(),
        adjustments: vec![adjustment(full); n % 2 + n % 3],
        metadata: JsonObject::from_parsed(format!("{{\"n\": {n}}}")),
    }
}

fn totals(n: usize) -> Totals {
    let net = i64::try_from(n).unwrap() * 1_000;
    let tax = net / 10;
    Totals {
        lines: net + 30,
        allowances: 50,
        charges: 20,
        net,
        vat: vec![VatRow { vat: vat(VatCategory::Standard, 1_000), net, tax }; n % 2],
        tax,
        gross: net + tax,
        prepaid: 10,
        rounding: -2,
        due: net + tax - 12,
        retained: (net / 20).min((net + tax - 12).max(0)),
    }
}

fn deduction(n: usize) -> Deduction {
    Deduction {
        invoice: Id::from_uuid(uuid::Uuid::from_u128(n as u128)),
        number: Text::parse(&format!("AR-{n}")).unwrap(),
        issued_on: chrono::NaiveDate::from_ymd_opt(2026, 1, 5).unwrap(),
        vat: vec![VatRow { vat: vat(VatCategory::Standard, 1_000), net: 100, tax: -10 }; n],
    }
}

fn adjustment(is_charge: bool) -> Adjustment {
    let reason = Text::parse("§ 4 UStG").ok();
    Adjustment {
        is_charge,
        amount: 1_234,
        reason: Text::parse("Freight").unwrap(),
        tax: if is_charge {
            Taxation::new(vat(VatCategory::Exempt, 0), reason).unwrap()
        } else {
            Taxation::new(vat(VatCategory::Standard, 700), None).unwrap()
        },
    }
}

fn party(text: &str, full: bool) -> DocumentParty {
    DocumentParty {
        name: name(text),
        vat_id: full.then(|| VatId::parse("DE136695976").unwrap()),
        tax_number: full.then(|| Text::parse("22/815/08156").unwrap()),
        registration: full.then(|| Text::parse("HRB 1, Hamburg").unwrap()),
        contact: Contact {
            name: full.then(|| name("Ada")),
            email: full.then(|| Email::parse("ada@example.com").unwrap()),
            phone: None,
        },
        address: Address {
            street: full.then(|| Text::parse("Kai 7").unwrap()),
            city: Text::parse("Zürich").ok(),
            country: Country::parse("CH").ok(),
            ..Address::default()
        },
        bank_account: BankAccount {
            iban: full.then(|| Iban::parse("DE89370400440532013000").unwrap()),
            ..BankAccount::default()
        },
        e_invoice_address: full.then(|| EInvoiceAddress {
            scheme: EInvoiceScheme::parse("EM").unwrap(),
            id: Text::parse("in@example.com").unwrap(),
        }),
        unit_codes: super::parties::units(full),
    }
}

pub(crate) fn vat(category: VatCategory, points: u16) -> Vat {
    Vat::new(category, rate(points)).unwrap()
}

fn rate(points: u16) -> BasisPoints {
    BasisPoints::new(points).unwrap()
}

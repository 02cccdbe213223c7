//! Sums over the records of an organization.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use chrono::NaiveDate;
use plinth_domain::{
    Allocation, AllocationKind, Contract, ContractRole, ContractStatus, Currency, Id, Invoice,
    InvoiceDirection, InvoiceKind, InvoiceStatus, PartyId, Payment, PaymentId, ProjectId,
    Settlement, Text, VatCategory, pricing::VatRow,
};
use plinth_ports::{
    Payments, Record, Records, UnitOfWork,
    records::reports::{ReportRow, RevenueBy},
};

use crate::{
    Stores,
    fixture::{at, id},
    records::{World, invoices::vat},
};

const MANY: u32 = 1_000;

pub(crate) fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

/// An issued document of an organization.
pub(crate) struct Document {
    pub(crate) n: usize,
    pub(crate) kind: InvoiceKind,
    pub(crate) direction: InvoiceDirection,
    pub(crate) status: InvoiceStatus,
    pub(crate) party: PartyId,
    pub(crate) project: Option<ProjectId>,
    pub(crate) currency: &'static str,
    pub(crate) issued_on: NaiveDate,
    pub(crate) booked_on: Option<NaiveDate>,
    pub(crate) due_on: NaiveDate,
    /// Without VAT; the VAT is a tenth.
    pub(crate) net: i64,
    pub(crate) retained: i64,
    /// Settled, and written off.
    pub(crate) settled: (i64, i64),
}

impl Document {
    pub(crate) fn new(world: &World, n: usize, net: i64) -> Self {
        Self {
            n,
            kind: InvoiceKind::Standard,
            direction: InvoiceDirection::Receivable,
            status: InvoiceStatus::Issued,
            party: world.id(0),
            project: Some(world.id(0)),
            currency: "EUR",
            issued_on: day(1, 10),
            booked_on: None,
            due_on: day(1, 20),
            net,
            retained: 0,
            settled: (0, 0),
        }
    }

    pub(crate) async fn store(self, unit: &mut dyn UnitOfWork, world: &World) -> Invoice {
        // From the tenth on they are issued.
        let mut invoice: Invoice = world.make(11);
        invoice.number = Text::parse(&format!("N-{}", self.n)).ok();
        invoice.corrects = None;
        invoice.status = self.status;
        let content = &mut invoice.content;
        (content.kind, content.direction) = (self.kind, self.direction);
        (content.party, content.project) = (self.party, self.project);
        content.currency = Currency::parse(self.currency).unwrap();
        content.supplier_number = None;
        (content.issued_on, content.due_on) = (Some(self.issued_on), Some(self.due_on));
        content.booked_on = self.booked_on.or(content.issued_on);
        let (net, tax) = (self.net, self.net / 10);
        let row = |category, rate, net, tax| VatRow { vat: vat(category, rate), net, tax };
        let totals = &mut invoice.totals;
        totals.vat = vec![
            row(VatCategory::Standard, 2_000, net / 2, tax),
            row(VatCategory::ReverseCharge, 0, net - net / 2, 0),
        ];
        (totals.lines, totals.allowances, totals.charges) = (net, 0, 0);
        (totals.net, totals.tax, totals.gross) = (net, tax, net + tax);
        (totals.prepaid, totals.rounding, totals.retained) = (0, 0, self.retained);
        totals.due = net + tax;
        let (settled, written_off) = self.settled;
        invoice.settlement = Settlement { settled, written_off };
        Records::<Invoice>::insert(unit.invoices(), &invoice).await.unwrap();
        invoice
    }
}

pub(crate) fn settles(
    invoice: &Invoice,
    kind: AllocationKind,
    amount: i64,
    on: NaiveDate,
) -> Allocation {
    Allocation::without_payment(id(), invoice.id, (kind, None), amount, (on, at(7)))
}

async fn payment(unit: &mut dyn UnitOfWork, world: &World) -> PaymentId {
    let payment: Payment = world.make(1);
    Payments::insert(unit.payments(), &payment).await.unwrap();
    payment.id
}

/// The records of one organization: see the tests for what they add up to.
async fn records(stores: &Stores, world: &World) {
    let mut begun = stores.begin(world.tenant()).await;
    let unit = begun.as_mut();
    let new = |n, net| Document::new(world, n, net);
    let paid = payment(unit, world).await;
    // Partly paid in February, and again in April.
    let partly =
        Document { status: InvoiceStatus::PartiallyPaid, settled: (700, 0), ..new(1, 1_000) };
    let partly = partly.store(unit, world).await;
    // Open in March, and written off in April.
    let lost = Document {
        status: InvoiceStatus::WrittenOff,
        settled: (0, 2_200),
        due_on: day(2, 10),
        ..new(2, 2_000)
    };
    let lost = lost.store(unit, world).await;
    // A credit note, of which a part settles another invoice in April.
    let note = Document {
        kind: InvoiceKind::CreditNote,
        status: InvoiceStatus::PartiallyPaid,
        settled: (50, 0),
        issued_on: day(2, 1),
        due_on: day(2, 1),
        ..new(3, 100)
    };
    let note = note.store(unit, world).await;
    let credited = Document {
        status: InvoiceStatus::PartiallyPaid,
        settled: (50, 0),
        party: world.id(1),
        project: None,
        issued_on: day(2, 2),
        due_on: day(6, 1),
        ..new(4, 500)
    };
    let credited = credited.store(unit, world).await;
    let dollars = Document { currency: "USD", project: Some(world.id(1)), ..new(5, 30) };
    dollars.store(unit, world).await;
    let incoming = Document { direction: InvoiceDirection::Payable, ..new(6, 400) };
    incoming.store(unit, world).await;
    // These do not count.
    Document { status: InvoiceStatus::Void, ..new(7, 9_000) }.store(unit, world).await;
    let late = Document { booked_on: Some(day(8, 1)), project: None, ..new(9, 80) };
    Document { direction: InvoiceDirection::Payable, ..late }.store(unit, world).await;
    Document { issued_on: day(8, 1), due_on: day(8, 1), ..new(8, 70) }.store(unit, world).await;
    let by =
        |kind, amount, on| Allocation { payment: Some(paid), ..settles(&partly, kind, amount, on) };
    let with_note = Allocation {
        credit_note: Some(note.id),
        ..settles(&credited, AllocationKind::CreditNote, 50, day(4, 3))
    };
    unit.allocations()
        .add(&[
            by(AllocationKind::Payment, 300, day(2, 5)),
            by(AllocationKind::Payment, 380, day(4, 1)),
            by(AllocationKind::CashDiscount, 20, day(4, 1)),
            settles(&lost, AllocationKind::WriteOff, 2_200, day(4, 2)),
            with_note,
        ])
        .await
        .unwrap();
    let contract = |n, role, status, value| {
        let contract: Contract = world.make(0);
        let number = Text::parse(&format!("C-{n}")).ok();
        let currency = Currency::EUR;
        let project = Some(world.id(0));
        let termination = None;
        Contract { number, role, status, value, currency, project, termination, ..contract }
    };
    for (n, role, status, value) in [
        (1, ContractRole::Sale, ContractStatus::Active, 5_000),
        (2, ContractRole::Sale, ContractStatus::Completed, 600),
        (3, ContractRole::Sale, ContractStatus::Draft, 70),
        (4, ContractRole::Purchase, ContractStatus::Active, 800),
    ] {
        let contract = contract(n, role, status, value);
        Records::<Contract>::insert(unit.contracts(), &contract).await.unwrap();
    }
    begun.commit().await.unwrap();
}

async fn world(stores: &Stores) -> World {
    let world = World::new(stores).await;
    records(stores, &world).await;
    world
}

/// Rows as text, in a fixed order: who, the currency, the documents and the sums.
fn plain<K, const N: usize>(
    rows: Vec<ReportRow<K, N>>,
    key: impl Fn(K) -> String,
) -> Vec<(String, &'static str, u64, Vec<i128>)> {
    let plain = |row: ReportRow<K, N>| {
        (key(row.key), row.currency.as_str(), row.documents, row.sums.to_vec())
    };
    let mut rows: Vec<_> = rows.into_iter().map(plain).collect();
    rows.sort();
    rows
}

fn of<R: Record>(world: &World, n: usize) -> String {
    Id::<R>::uuid(world.id(n)).to_string()
}

pub async fn what_is_open_is_that_of_the_day_by_party_currency_and_age(stores: &Stores) {
    use plinth_domain::Party;
    let world = world(stores).await;
    let open = async |direction, on| {
        let mut unit = stores.read(world.tenant()).await;
        plain(unit.reports().open(direction, on, MANY).await.unwrap(), |party| party.id.to_string())
    };
    let (first, second) = (of::<Party>(&world, 0), of::<Party>(&world, 1));
    let sorted = |mut rows: Vec<_>| {
        rows.sort();
        rows
    };
    let receivable = InvoiceDirection::Receivable;
    // Before anything was settled: the invoices of January, not due yet and due.
    let rows = vec![
        (first.clone(), "EUR", 2, vec![0, 3_300, 0, 0, 0, 0]),
        (first.clone(), "USD", 1, vec![0, 33, 0, 0, 0, 0]),
    ];
    assert_eq!(open(receivable, day(1, 20)).await, sorted(rows));
    // In March: 800 of the first are 50 days late, 2,200 are 29 days late, the note 38 days.
    let rows = vec![
        (first.clone(), "EUR", 3, vec![0, 0, 2_200, 800 - 110, 0, 0]),
        (first.clone(), "USD", 1, vec![0, 0, 0, 33, 0, 0]),
        (second.clone(), "EUR", 1, vec![0, 550, 0, 0, 0, 0]),
    ];
    assert_eq!(open(receivable, day(3, 11)).await, sorted(rows));
    // In May all of it was settled, written off or credited.
    let rows = vec![
        (first.clone(), "EUR", 2, vec![0, 0, 0, 0, 0, 400 - 60]),
        (first.clone(), "USD", 1, vec![0, 0, 0, 0, 0, 33]),
        (second, "EUR", 1, vec![0, 500, 0, 0, 0, 0]),
    ];
    assert_eq!(open(receivable, day(5, 20)).await, sorted(rows));
    let rows = vec![(first, "EUR", 1, vec![0, 0, 0, 0, 440, 0])];
    assert_eq!(open(InvoiceDirection::Payable, day(3, 22)).await, rows);
    assert!(open(receivable, day(1, 9)).await.is_empty());
}

pub async fn what_is_retained_has_no_age_and_is_paid_last(stores: &Stores) {
    let world = World::new(stores).await;
    let mut begun = stores.begin(world.tenant()).await;
    let unit = begun.as_mut();
    let paid = payment(unit, &world).await;
    // Of 1,100 are 100 retained: 900 are paid in February, and 150 in April.
    let invoice = Document {
        status: InvoiceStatus::PartiallyPaid,
        retained: 100,
        settled: (1_050, 0),
        ..Document::new(&world, 1, 1_000)
    };
    let invoice = invoice.store(unit, &world).await;
    let by = |amount, on| Allocation {
        payment: Some(paid),
        ..settles(&invoice, AllocationKind::Payment, amount, on)
    };
    unit.allocations().add(&[by(900, day(2, 5)), by(150, day(4, 1))]).await.unwrap();
    begun.commit().await.unwrap();
    let mut unit = stores.read(world.tenant()).await;
    for (on, sums) in [
        (day(1, 15), [100, 1_000, 0, 0, 0, 0]),
        (day(1, 21), [100, 0, 1_000, 0, 0, 0]),
        (day(3, 1), [100, 0, 0, 100, 0, 0]),
        (day(6, 1), [50, 0, 0, 0, 0, 0]),
    ] {
        let rows = unit.reports().open(InvoiceDirection::Receivable, on, MANY).await.unwrap();
        assert_eq!((rows.len(), rows[0].documents, rows[0].sums), (1, 1, sums), "{on}");
    }
}

pub async fn revenue_is_that_of_the_days_by_month_party_and_project(stores: &Stores) {
    use plinth_domain::{Party, Project};
    let world = world(stores).await;
    let revenue = async |until, by| {
        let mut unit = stores.read(world.tenant()).await;
        let rows = unit.reports().revenue((day(1, 10), until), by, MANY).await.unwrap();
        plain(rows, |key| {
            let id = key.record.map(|record| record.id.to_string());
            key.month.or(id).unwrap_or_default()
        })
    };
    let sums = |net: i128| vec![net, net / 10, net + net / 10];
    let january = |currency, documents, net| ("2026-01".to_owned(), currency, documents, sums(net));
    let expected = [
        january("EUR", 2, 3_000),
        january("USD", 1, 30),
        ("2026-02".to_owned(), "EUR", 2, sums(400)),
    ];
    assert_eq!(revenue(day(7, 31), RevenueBy::Month).await, expected);
    assert_eq!(revenue(day(1, 10), RevenueBy::Month).await, expected[..2]);
    let mut expected = vec![
        (of::<Party>(&world, 0), "EUR", 3, sums(2_900)),
        (of::<Party>(&world, 0), "USD", 1, sums(30)),
        (of::<Party>(&world, 1), "EUR", 1, sums(500)),
    ];
    expected.sort();
    assert_eq!(revenue(day(7, 31), RevenueBy::Party).await, expected);
    let mut expected = vec![
        (of::<Project>(&world, 0), "EUR", 3, sums(2_900)),
        (of::<Project>(&world, 1), "USD", 1, sums(30)),
        (String::new(), "EUR", 1, sums(500)),
    ];
    expected.sort();
    assert_eq!(revenue(day(7, 31), RevenueBy::Project).await, expected);
}

pub async fn vat_is_that_of_the_days_by_direction_category_and_rate(stores: &Stores) {
    let world = world(stores).await;
    let mut unit = stores.read(world.tenant()).await;
    let rows = unit.reports().vat((day(1, 1), day(2, 28)), MANY).await.unwrap();
    let rows = plain(rows, |key| {
        format!("{} {} {}", key.direction.name(), key.category.name(), key.rate.points())
    });
    let row = |key: &str, currency, documents, net: i128, tax: i128| {
        (key.to_owned(), currency, documents, vec![net, tax])
    };
    let expected = [
        row("payable AE 0", "EUR", 1, 200, 0),
        row("payable S 2000", "EUR", 1, 200, 40),
        row("receivable AE 0", "EUR", 4, 1_700, 0),
        row("receivable AE 0", "USD", 1, 15, 0),
        row("receivable S 2000", "EUR", 4, 1_700, 340),
        row("receivable S 2000", "USD", 1, 15, 3),
    ];
    assert_eq!(rows, expected);
}

pub async fn the_finances_of_a_project_are_those_of_its_records(stores: &Stores) {
    let (world, theirs) = (world(stores).await, World::new(stores).await);
    let mut unit = stores.read(world.tenant()).await;
    let rows = unit.reports().finances(world.id(0)).await.unwrap();
    let sums = vec![5_600, 800, 3_070, 100, 3_267, 680, 400 + 77 - 60, 400, 440];
    assert_eq!(plain(rows, |()| String::new()), [(String::new(), "EUR", 5, sums)]);
    let rows = unit.reports().finances(world.id(1)).await.unwrap();
    let sums = vec![0, 0, 30, 0, 33, 0, 33, 0, 0];
    assert_eq!(plain(rows, |()| String::new()), [(String::new(), "USD", 1, sums)]);
    assert!(unit.reports().finances(id()).await.unwrap().is_empty());
    drop(unit);
    let mut unit = stores.read(theirs.tenant()).await;
    assert!(unit.reports().finances(world.id(0)).await.unwrap().is_empty());
    let rows = unit.reports().open(InvoiceDirection::Receivable, day(5, 20), MANY).await.unwrap();
    assert!(rows.is_empty());
}

pub async fn a_report_ends_at_its_limit_and_adds_up_beyond_the_range_of_amounts(stores: &Stores) {
    let world = World::new(stores).await;
    let mut unit = stores.begin(world.tenant()).await;
    let large = 8_000_000_000_000_000;
    for n in 0..1_200 {
        let party = world.id(n);
        let project = None;
        Document { party, project, ..Document::new(&world, n, large) }
            .store(unit.as_mut(), &world)
            .await;
    }
    unit.commit().await.unwrap();
    let mut unit = stores.read(world.tenant()).await;
    let days = (day(1, 1), day(1, 31));
    let rows = unit.reports().revenue(days, RevenueBy::Project, MANY).await.unwrap();
    assert_eq!(rows[0].sums[0], 1_200 * i128::from(large));
    assert!(rows[0].clone().checked().is_err());
    assert_eq!(unit.reports().revenue(days, RevenueBy::Party, 1).await.unwrap().len(), 1);
    let on = day(1, 31);
    let open = unit.reports().open(InvoiceDirection::Receivable, on, 1).await.unwrap();
    assert_eq!((open.len(), open[0].documents), (1, 600));
    assert_eq!(open[0].sums[2], 600 * i128::from(large + large / 10));
    assert_eq!(unit.reports().vat(days, 1).await.unwrap().len(), 1);
}

//! What the books are made of.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use chrono::NaiveDate;
use plinth_domain::{
    Allocation, AllocationKind, Currency, InvoiceKind, InvoiceStatus, Party, Payment,
    PaymentDirection, PaymentMethod, PaymentStatus, Text,
    accounting::{AccountNumber, Source},
};
use plinth_ports::{BookedWindow, Payments, UnitOfWork};
use uuid::Uuid;

use crate::{
    Stores,
    records::World,
    reports::{Document, day, settles},
};

fn window(limit: u32) -> BookedWindow {
    BookedWindow { from: (day(1, 1), Uuid::nil()), until: day(6, 30), currency: None, limit }
}

async fn pay(unit: &mut dyn UnitOfWork, payment: &Payment) {
    Payments::insert(unit.payments(), payment).await.unwrap();
}

fn payment(world: &World, n: usize, direction: PaymentDirection, on: NaiveDate) -> Payment {
    let (currency, method) = (Currency::EUR, PaymentMethod::Cash);
    Payment {
        party: world.id(0),
        direction,
        status: PaymentStatus::Recorded,
        amount: 1_000,
        currency,
        allocated: 1_000,
        method,
        reference: Text::parse(&format!("B-{n}")).ok(),
        received_on: on,
        ..world.make(1)
    }
}

/// The day, what it is and the amount of each source.
fn plain(sources: &[Source]) -> Vec<(NaiveDate, &'static str, i64)> {
    let one = |source: &Source| match source {
        Source::Invoice(one) => (one.on, "invoice", one.due),
        Source::Payment(one) => (one.on, one.origin.name(), one.rest),
        Source::Allocation(one) => (one.on, one.kind.name(), one.amount),
    };
    sources.iter().map(one).collect()
}

/// Two invoices, a withdrawn one, one in dollars, and a payment that settles 400 on its day, 100 later
/// and 50 as a discount; 200 of it are paid back, which is taken back, too.
async fn books(stores: &Stores) -> World {
    let world = World::new(stores).await;
    let mut begun = stores.begin(world.tenant()).await;
    let unit = begun.as_mut();
    let mut party: Party = unit.parties().find(world.id(0)).await.unwrap().unwrap();
    party.debtor_account = AccountNumber::parse("10007").ok();
    party.creditor_account = None;
    party.revision = party.revision.next(party.revision.updated_at);
    unit.parties().update(&party).await.unwrap();
    let new = |n, net| Document::new(&world, n, net);
    let on = |issued_on, document| Document { issued_on, due_on: issued_on, ..document };
    let first = new(1, 1_000).store(unit, &world).await;
    let late = on(day(2, 1), new(2, 100)).store(unit, &world).await;
    Document { status: InvoiceStatus::Void, ..new(3, 9_000) }.store(unit, &world).await;
    let dollars = Document { currency: "USD", ..new(4, 10) };
    on(day(6, 30), dollars).store(unit, &world).await;
    on(day(7, 1), new(5, 10)).store(unit, &world).await;
    let note = Document { kind: InvoiceKind::CreditNote, ..new(6, 10) };
    let note = on(day(2, 2), note).store(unit, &world).await;
    let (received, sent) = (PaymentDirection::Received, PaymentDirection::Sent);
    let paid = payment(&world, 1, received, day(2, 5));
    pay(unit, &paid).await;
    let refund = Payment {
        amount: 200,
        allocated: 200,
        refunds: Some(paid.id),
        ..payment(&world, 2, sent, day(3, 1))
    };
    pay(unit, &refund).await;
    let back = Payment {
        amount: 200,
        allocated: 200,
        reverses: Some(refund.id),
        ..payment(&world, 3, received, day(3, 2))
    };
    pay(unit, &back).await;
    let by = |kind, amount, on| Allocation {
        payment: Some(paid.id),
        ..settles(&first, kind, amount, on)
    };
    let offset = Allocation {
        credit_note: Some(note.id),
        ..settles(&late, AllocationKind::CreditNote, 11, day(2, 2))
    };
    let allocations = [
        by(AllocationKind::Payment, 400, day(2, 5)),
        by(AllocationKind::CashDiscount, 50, day(2, 5)),
        by(AllocationKind::Payment, 100, day(4, 1)),
        settles(&first, AllocationKind::WriteOff, 550, day(5, 1)),
        offset,
    ];
    unit.allocations().add(&allocations).await.unwrap();
    begun.commit().await.unwrap();
    world
}

pub async fn what_is_booked_is_read_in_the_order_of_its_days(stores: &Stores) {
    let (world, theirs) = (books(stores).await, World::new(stores).await);
    let mut unit = stores.read(world.tenant()).await;
    let found = unit.accounting().booked(&window(100)).await.unwrap();
    let expected = [
        (day(1, 10), "invoice", 1_100),
        (day(2, 1), "invoice", 110),
        (day(2, 2), "invoice", 11),
        (day(2, 5), "received", 600),
        (day(2, 5), "payment", 400),
        (day(2, 5), "cash_discount", 50),
        (day(3, 1), "received", 200),
        (day(3, 2), "received", 200),
        (day(4, 1), "payment", 100),
        (day(5, 1), "write_off", 550),
        (day(6, 30), "invoice", 11),
    ];
    assert_eq!(plain(&found.items), expected);
    assert!(!found.has_more);
    let settled = found.items.iter().filter_map(|source| match source {
        Source::Allocation(one) => Some((one.payment, one.invoice.party.debtor_account.clone())),
        _ => None,
    });
    let account = AccountNumber::parse("10007").ok();
    let by = |same_day| Some((PaymentDirection::Received, PaymentMethod::Cash, same_day));
    let expected = [by(true), by(true), by(false), None].map(|payment| (payment, account.clone()));
    assert_eq!(settled.collect::<Vec<_>>(), expected);
    let dollars = BookedWindow { currency: Currency::parse("USD").ok(), ..window(100) };
    let found = unit.accounting().booked(&dollars).await.unwrap();
    assert_eq!(plain(&found.items), [(day(6, 30), "invoice", 11)]);
    drop(unit);
    let mut unit = stores.read(theirs.tenant()).await;
    assert!(unit.accounting().booked(&window(100)).await.unwrap().items.is_empty());
}

pub async fn what_is_booked_is_read_page_by_page(stores: &Stores) {
    let world = books(stores).await;
    let mut unit = stores.read(world.tenant()).await;
    let all = unit.accounting().booked(&window(100)).await.unwrap().items;
    for limit in [1, 2, 3, 7] {
        let (mut pages, mut next) = (Vec::new(), Some(window(limit)));
        while let Some(window) = next {
            let page = unit.accounting().booked(&window).await.unwrap();
            assert!(page.items.len() <= limit as usize, "{limit}");
            let after = page.items.last().filter(|_| page.has_more).map(Source::place);
            next = after.map(|(on, id)| {
                let from = (on, Uuid::from_u128(id.as_u128() + 1));
                BookedWindow { from, ..window }
            });
            pages.extend(page.items);
        }
        assert_eq!(pages, all, "{limit}");
    }
}

pub async fn the_last_accounts_are_those_of_the_ranges_and_digits(stores: &Stores) {
    let (world, theirs) = (World::new(stores).await, World::new(stores).await);
    let mut unit = stores.begin(world.tenant()).await;
    for (debtor, creditor) in [
        ("10009", "70001"),
        ("69998", "99998"),
        ("699999", "7"),
        ("70000", "60000"),
        ("D-1", "K-1"),
    ] {
        let number = |text| AccountNumber::parse(text).ok();
        let party: Party = world.make(0);
        let (debtor_account, creditor_account) = (number(debtor), number(creditor));
        let party = Party { debtor_account, creditor_account, ..party };
        unit.parties().insert(&party).await.unwrap();
    }
    let of = [Some(69_998), Some(99_998)];
    assert_eq!(unit.accounting().last_accounts(5).await.unwrap(), of);
    assert_eq!(unit.accounting().last_accounts(6).await.unwrap(), [Some(699_999), None]);
    unit.commit().await.unwrap();
    let mut unit = stores.read(theirs.tenant()).await;
    assert_eq!(unit.accounting().last_accounts(5).await.unwrap(), [None, None]);
}

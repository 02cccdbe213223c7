//! Dunning notices, and the invoices that are due for one.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use chrono::NaiveDate;
use plinth_domain::{
    Currency, DunningNotice, DunningStatus, Invoice, InvoiceDirection, InvoiceId, InvoiceKind,
    InvoiceStatus, Money, Party, PartyId, Text,
};
use plinth_ports::{DueForDunning, DunningNotices, Records, UnitOfWork};

use crate::{
    Stores,
    fixture::{at, id},
    outcome::assert_kept,
    records::World,
};

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 5, day).unwrap()
}

fn asked(today: u32) -> DueForDunning {
    let after_days = vec![3, 10];
    DueForDunning { today: day(today), after_days, minimum: None, party: None, fewer_than: 9 }
}

/// An open invoice that is due on a day of May.
fn invoice(world: &World, n: u32) -> Invoice {
    // From the tenth on they are issued; an even one is outgoing.
    let mut invoice: Invoice = world.make(10);
    invoice.number = Text::parse(&format!("D-{n}")).ok();
    (invoice.corrects, invoice.received, invoice.dunning_blocked) = (None, None, false);
    (invoice.content.kind, invoice.status) = (InvoiceKind::Standard, InvoiceStatus::Issued);
    (invoice.content.issued_on, invoice.content.due_on) = (Some(day(1)), Some(day(n)));
    invoice.content.booked_on = invoice.content.issued_on;
    invoice.content.direction = InvoiceDirection::Receivable;
    invoice.content.currency = Currency::EUR;
    invoice
}

async fn store(stores: &Stores, world: &World, invoice: &Invoice) {
    let insert = async |unit: &mut dyn UnitOfWork| {
        Records::<Invoice>::insert(unit.invoices(), invoice).await
    };
    stores.write(world.tenant(), insert).await.unwrap();
}

async fn add(stores: &Stores, world: &World, notice: &DunningNotice) {
    let insert = async |unit: &mut dyn UnitOfWork| {
        DunningNotices::insert(unit.dunning_notices(), notice).await
    };
    stores.write(world.tenant(), insert).await.unwrap();
}

/// A notice of an invoice with a new date in May.
fn notice(world: &World, invoice: InvoiceId, level: u8, pay_by: u32) -> DunningNotice {
    let mut notice: DunningNotice = world.make(1);
    (notice.invoice, notice.claim.level) = (invoice, level);
    (notice.claim.dated_on, notice.claim.pay_by) = (day(1), day(pay_by));
    notice
}

async fn due(stores: &Stores, world: &World, asked: &DueForDunning, limit: u32) -> Vec<InvoiceId> {
    stores.read(world.tenant()).await.dunning().due(asked, limit).await.unwrap()
}

pub async fn notices_of_an_invoice_are_read_in_the_order_of_their_making(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let own = ours.id(0);
    let mut notices = [1, 2].map(|level| notice(&ours, own, level, 9));
    notices[0].revision.created_at = at(7);
    notices[1].revision.created_at = at(5);
    for one in &notices {
        add(stores, &ours, one).await;
    }
    add(stores, &ours, &notice(&ours, ours.id(1), 1, 9)).await;
    let found = stores.read(ours.tenant()).await.dunning().notices(own).await.unwrap();
    let found: Vec<_> = found.iter().map(|one| one.id).collect();
    assert_eq!(found, [notices[1].id, notices[0].id]);
    assert!(stores.read(theirs.tenant()).await.dunning().notices(own).await.unwrap().is_empty());
}

pub async fn what_a_notice_claims_never_changes_and_a_withdrawn_one_stays_so(stores: &Stores) {
    let world = World::new(stores).await;
    let first = notice(&world, world.id(0), 1, 9);
    add(stores, &world, &first).await;
    let update = async |next: &DunningNotice| {
        let update = async |unit: &mut dyn UnitOfWork| unit.dunning_notices().update(next).await;
        stores.write(world.tenant(), update).await
    };
    let mut dearer = first.clone();
    dearer.revision = first.revision.next(at(20));
    (dearer.claim.fees, dearer.claim.total) = (first.claim.fees + 1, first.claim.total + 1);
    assert_kept(update(&dearer).await);
    let withdrawn = first.clone().withdraw(at(20)).unwrap();
    update(&withdrawn).await.unwrap();
    let revision = withdrawn.revision.next(at(21));
    let again = DunningNotice { status: DunningStatus::Issued, revision, ..withdrawn };
    assert_kept(update(&again).await);
}

pub async fn an_invoice_is_due_for_dunning_when_its_next_level_has_come(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let (first, second) = (invoice(&ours, 3), invoice(&ours, 2));
    for one in [&first, &second] {
        store(stores, &ours, one).await;
    }
    assert!(due(stores, &ours, &asked(4), 9).await.is_empty());
    assert_eq!(due(stores, &ours, &asked(5), 9).await, [second.id]);
    assert_eq!(due(stores, &ours, &asked(6), 9).await, [second.id, first.id]);
    assert!(due(stores, &theirs, &asked(30), 9).await.is_empty());
    // The day of the second level is 12 May, and its new date 15 May.
    let sent = notice(&ours, second.id, 1, 15);
    add(stores, &ours, &sent).await;
    assert_eq!(due(stores, &ours, &asked(15), 9).await, [first.id]);
    assert_eq!(due(stores, &ours, &asked(16), 9).await, [second.id, first.id]);
    let last = notice(&ours, second.id, 2, 17);
    add(stores, &ours, &last).await;
    assert_eq!(due(stores, &ours, &asked(30), 9).await, [first.id]);
    // A withdrawn notice counts only among all that were made.
    let withdrawn = last.withdraw(at(9)).unwrap();
    let update = async |unit: &mut dyn UnitOfWork| unit.dunning_notices().update(&withdrawn).await;
    stores.write(ours.tenant(), update).await.unwrap();
    assert_eq!(due(stores, &ours, &asked(30), 9).await, [second.id, first.id]);
    let fewer = DueForDunning { fewer_than: 2, ..asked(30) };
    assert_eq!(due(stores, &ours, &fewer, 9).await, [first.id]);
}

pub async fn what_is_not_dunned_is_not_due(stores: &Stores) {
    let world = World::new(stores).await;
    let mut refused: Vec<Invoice> = (2..9).map(|n| invoice(&world, n)).collect();
    refused[0].dunning_blocked = true;
    refused[1].content.direction = InvoiceDirection::Payable;
    refused[2].content.kind = InvoiceKind::CreditNote;
    refused[3].status = InvoiceStatus::Paid;
    refused[4].status = InvoiceStatus::WrittenOff;
    refused[5].totals.retained = refused[5].totals.due;
    refused[6].content.party = blocked_party(stores, &world).await;
    for one in &refused {
        store(stores, &world, one).await;
    }
    assert!(due(stores, &world, &asked(30), 9).await.is_empty());
    let off = DueForDunning { after_days: Vec::new(), ..asked(30) };
    store(stores, &world, &invoice(&world, 20)).await;
    assert!(due(stores, &world, &off, 9).await.is_empty());
}

async fn blocked_party(stores: &Stores, world: &World) -> PartyId {
    let party = Party { dunning_blocked: true, id: id(), number: None, ..world.make(2) };
    let insert =
        async |unit: &mut dyn UnitOfWork| Records::<Party>::insert(unit.parties(), &party).await;
    stores.write(world.tenant(), insert).await.unwrap();
    party.id
}

pub async fn the_limit_the_party_and_the_minimum_bound_what_is_due(stores: &Stores) {
    let world = World::new(stores).await;
    let (mut small, mut foreign, large) =
        (invoice(&world, 2), invoice(&world, 3), invoice(&world, 4));
    small.totals.retained += 1;
    foreign.content.currency = Currency::parse("JPY").unwrap();
    foreign.totals.retained += 1;
    foreign.content.party = world.id(1);
    for one in [&small, &foreign, &large] {
        store(stores, &world, one).await;
    }
    assert_eq!(due(stores, &world, &asked(30), 2).await, [small.id, foreign.id]);
    let of_party = DueForDunning { party: Some(world.id(1)), ..asked(30) };
    assert_eq!(due(stores, &world, &of_party, 9).await, [foreign.id]);
    let amount_minor = large.open() - large.totals.retained;
    let minimum = Some(Money { amount_minor, currency: Currency::EUR });
    let much = DueForDunning { minimum, ..asked(30) };
    assert_eq!(due(stores, &world, &much, 9).await, [foreign.id, large.id]);
}

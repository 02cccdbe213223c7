//! Which invoices were reported as overdue.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use chrono::NaiveDate;
use plinth_domain::{Invoice, InvoiceId, InvoiceKind, InvoiceStatus, Text};
use plinth_ports::Records;

use crate::{Stores, records::World};

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 5, day).unwrap()
}

async fn store(
    stores: &Stores,
    world: &World,
    n: u32,
    kind: InvoiceKind,
    status: InvoiceStatus,
) -> InvoiceId {
    // From the tenth on they are issued.
    let mut invoice: Invoice = world.make(11);
    invoice.number = Text::parse(&format!("N-{n}")).ok();
    (invoice.corrects, invoice.content.supplier_number) = (None, None);
    (invoice.content.kind, invoice.status) = (kind, status);
    (invoice.content.issued_on, invoice.content.due_on) = (Some(day(1)), Some(day(n)));
    invoice.content.booked_on = invoice.content.issued_on;
    let mut unit = stores.begin(world.tenant()).await;
    Records::<Invoice>::insert(unit.invoices(), &invoice).await.unwrap();
    unit.commit().await.unwrap();
    invoice.id
}

async fn take(stores: &Stores, world: &World, today: u32, limit: u32) -> Vec<InvoiceId> {
    let mut unit = stores.begin(world.tenant()).await;
    let taken = unit.overdue_notices().take(day(today), limit).await.unwrap();
    unit.commit().await.unwrap();
    taken.into_iter().map(|invoice| invoice.id).collect()
}

pub async fn an_overdue_invoice_is_taken_once_in_its_own_organization(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let (standard, issued) = (InvoiceKind::Standard, InvoiceStatus::Issued);
    let third = store(stores, &ours, 4, standard, issued).await;
    let first = store(stores, &ours, 2, standard, InvoiceStatus::PartiallyPaid).await;
    let second = store(stores, &ours, 3, InvoiceKind::Partial, issued).await;
    store(stores, &ours, 5, InvoiceKind::CreditNote, issued).await;
    store(stores, &ours, 6, standard, InvoiceStatus::Paid).await;
    store(stores, &ours, 7, standard, InvoiceStatus::Void).await;
    assert!(take(stores, &ours, 2, 10).await.is_empty(), "it is due on this day");
    let mut dropped = stores.begin(ours.tenant()).await;
    assert_eq!(dropped.overdue_notices().take(day(9), 10).await.unwrap().len(), 3);
    dropped.rollback().await;
    assert!(take(stores, &theirs, 9, 10).await.is_empty());
    assert_eq!(take(stores, &ours, 9, 2).await, [first, second]);
    assert_eq!(take(stores, &ours, 9, 2).await, [third]);
    assert!(take(stores, &ours, 30, 2).await.is_empty());
}

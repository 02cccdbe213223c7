//! Transactions of bank statements, and the invoices that they may pay.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    BankTransaction, BankTransactionStatus, Invoice, InvoiceDirection, InvoiceKind, InvoiceStatus,
    Payment, PaymentDirection, PaymentMethod, PaymentStatus, Settlement, Text,
};
use plinth_ports::{
    BankTransactions, Payments, Records, UnitOfWork,
    records::bank_transactions::{DAYS_APART, Paid},
};

use crate::{Stores, records::World};

pub async fn known_transactions_are_found_in_their_own_organization(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let stored: BankTransaction = ours.make(2);
    let insert = async |unit: &mut dyn UnitOfWork| {
        BankTransactions::insert(unit.bank_transactions(), &stored).await
    };
    stores.write(ours.tenant(), insert).await.unwrap();
    let asked = [stored.fingerprint, [7; 32]];
    let mut unit = stores.begin(ours.tenant()).await;
    let known = unit.bank_transactions().known(&asked).await.unwrap();
    assert_eq!(known.into_iter().collect::<Vec<_>>(), [stored.fingerprint]);
    assert!(unit.bank_transactions().known(&[]).await.unwrap().is_empty());
    drop(unit);
    let mut unit = stores.begin(theirs.tenant()).await;
    assert!(unit.bank_transactions().known(&asked).await.unwrap().is_empty());
}

pub async fn payments_that_were_entered_are_found_until_they_have_a_transaction(stores: &Stores) {
    let world = World::new(stores).await;
    let base: Payment = world.make(10);
    let base = Payment {
        status: PaymentStatus::Recorded,
        method: PaymentMethod::BankTransfer,
        reference: None,
        reverses: None,
        refunds: None,
        allocated: 0,
        ..base
    };
    let day = base.received_on;
    let later = |days: u64| day + chrono::Days::new(days);
    let new = |on, status, method| Payment {
        id: crate::fixture::id(),
        received_on: on,
        status,
        method,
        ..base.clone()
    };
    let (bank, recorded) = (PaymentMethod::BankTransfer, PaymentStatus::Recorded);
    let near = new(later(2), recorded, bank);
    let far = new(later(DAYS_APART), PaymentStatus::Reversed, bank);
    let mut unit = stores.begin(world.tenant()).await;
    for payment in [
        &near,
        &far,
        &new(later(DAYS_APART + 1), recorded, bank),
        &new(day, recorded, PaymentMethod::Cash),
    ] {
        Payments::insert(unit.payments(), payment).await.unwrap();
    }
    unit.commit().await.unwrap();
    let meant = Paid {
        party: Some(base.party),
        direction: base.direction,
        amount: base.amount,
        currency: base.currency,
        on: day,
    };
    let opposite = PaymentDirection::ALL.iter().find(|way| **way != meant.direction).unwrap();
    let asked = [
        meant,
        Paid { party: None, ..meant },
        Paid { party: Some(crate::fixture::id()), ..meant },
        Paid { amount: meant.amount + 1, ..meant },
        Paid { direction: *opposite, ..meant },
        Paid { on: day - chrono::Days::new(DAYS_APART + 1), ..meant },
    ];
    let mut unit = stores.begin(world.tenant()).await;
    let found = unit.bank_transactions().entered(&asked).await.unwrap();
    let none = Vec::new;
    let both = vec![near.id, far.id];
    assert_eq!(found, [both.clone(), both, none(), none(), none(), none()]);
    assert!(unit.bank_transactions().entered(&[]).await.unwrap().is_empty());
    let transaction: BankTransaction = world.make(2);
    let (status, payment) = (BankTransactionStatus::Booked, Some(near.id));
    let transaction = BankTransaction { status, payment, ..transaction };
    BankTransactions::insert(unit.bank_transactions(), &transaction).await.unwrap();
    let found = unit.bank_transactions().entered(&asked[..1]).await.unwrap();
    assert_eq!(found, [vec![far.id]]);
}

pub async fn open_invoices_are_those_that_a_payment_can_settle(stores: &Stores) {
    let world = World::new(stores).await;
    let base: Invoice = world.make(10);
    let mut unit = stores.begin(world.tenant()).await;
    for (n, status, direction, kind) in [
        (0, InvoiceStatus::Issued, InvoiceDirection::Receivable, InvoiceKind::Standard),
        (1, InvoiceStatus::PartiallyPaid, InvoiceDirection::Payable, InvoiceKind::Standard),
        (2, InvoiceStatus::Issued, InvoiceDirection::Receivable, InvoiceKind::CreditNote),
        (3, InvoiceStatus::Paid, InvoiceDirection::Receivable, InvoiceKind::Standard),
        (4, InvoiceStatus::Void, InvoiceDirection::Receivable, InvoiceKind::Standard),
    ] {
        let mut invoice = Invoice { id: crate::fixture::id(), status, ..base.clone() };
        invoice.number = Text::parse(&format!("RE-{n}")).ok();
        invoice.content.direction = direction;
        invoice.content.kind = kind;
        invoice.content.due_on = invoice.content.due_on.map(|day| day + chrono::Days::new(n));
        invoice.content.supplier_number = (n == 1).then(|| Text::parse("S/1").unwrap());
        invoice.settlement = Settlement { settled: 1, written_off: 0 };
        Records::<Invoice>::insert(unit.invoices(), &invoice).await.unwrap();
    }
    unit.commit().await.unwrap();
    let mut unit = stores.begin(world.tenant()).await;
    let open = unit.bank_transactions().open_invoices(10).await.unwrap();
    let shown: Vec<_> = open.iter().map(|one| (&*one.number, one.paid_by)).collect();
    let (received, sent) = (PaymentDirection::Received, PaymentDirection::Sent);
    assert_eq!(shown, [("RE-2", sent), ("S/1", sent), ("RE-0", received)]);
    assert!(open.iter().all(|one| one.open == base.totals.due - 1));
    assert_eq!(unit.bank_transactions().open_invoices(1).await.unwrap().len(), 1);
}

//! Payments and what settles invoices.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use chrono::Days;
use plinth_domain::{
    Allocation, AllocationKind, Earlier, Invoice, InvoiceId, Payment, PaymentDirection,
    PaymentMethod, PaymentStatus,
};
use plinth_ports::{
    Payments, Result, StoreError, UnitOfWork,
    records::allocations::{CREDIT_NOTE, INVOICE, PAYMENT},
};

use crate::{
    Stores,
    fixture::{at, id},
    outcome::{assert_conflict, assert_kept},
    records::World,
};

async fn payment(stores: &Stores, world: &World) -> Payment {
    let payment: Payment = world.make(1);
    let insert =
        async |unit: &mut dyn UnitOfWork| Payments::insert(unit.payments(), &payment).await;
    stores.write(world.tenant(), insert).await.unwrap();
    payment
}

fn allocation(invoice: InvoiceId, kind: AllocationKind, amount: i64) -> Allocation {
    let on = (at(0).date_naive() + Days::new(2), at(7));
    Allocation::without_payment(id(), invoice, (kind, None), amount, on)
}

async fn add(stores: &Stores, world: &World, allocations: &[Allocation]) -> Result<()> {
    let add = async |unit: &mut dyn UnitOfWork| unit.allocations().add(allocations).await;
    stores.write(world.tenant(), add).await
}

/// Money, a discount, a credit note and a write-off of one invoice, and money for another one.
async fn five(stores: &Stores, world: &World) -> (Payment, [InvoiceId; 2], Vec<Allocation>) {
    let payment = payment(stores, world).await;
    let invoices = [world.id::<Invoice>(0), world.id(1)];
    let paid = |invoice, kind, amount| Allocation {
        payment: Some(payment.id),
        ..allocation(invoice, kind, amount)
    };
    let mut all = vec![
        paid(invoices[0], AllocationKind::Payment, 9_000_000_000_000_000),
        paid(invoices[0], AllocationKind::CashDiscount, 200),
        paid(invoices[0], AllocationKind::CashDiscount, -50),
        Allocation {
            credit_note: Some(invoices[1]),
            ..allocation(invoices[0], AllocationKind::CreditNote, 7)
        },
        allocation(invoices[0], AllocationKind::WriteOff, -1),
        paid(invoices[1], AllocationKind::Payment, 3),
    ];
    all.sort_by_key(|one| one.id);
    add(stores, world, &all).await.unwrap();
    add(stores, world, &[]).await.unwrap();
    (payment, invoices, all)
}

pub async fn allocations_are_read_by_invoice_payment_and_credit_note(stores: &Stores) {
    let world = World::new(stores).await;
    let (payment, [first, second], all) = five(stores, &world).await;
    let mut unit = stores.read(world.tenant()).await;
    let of = |wanted: &dyn Fn(&Allocation) -> bool| {
        all.iter().copied().filter(|one| wanted(one)).collect::<Vec<_>>()
    };
    assert_eq!(
        unit.allocations().of_invoice(first).await.unwrap(),
        of(&|one| one.invoice == first)
    );
    let either = of(&|one| one.invoice == second || one.credit_note == Some(second));
    assert_eq!(unit.allocations().of_invoice(second).await.unwrap(), either);
    let paid = of(&|one| one.payment == Some(payment.id));
    assert_eq!(unit.allocations().of_payment(payment.id).await.unwrap(), paid);
}

pub async fn what_was_allocated_before_is_added_up_for_each_invoice(stores: &Stores) {
    let world = World::new(stores).await;
    let (_, [first, second], _) = five(stores, &world).await;
    let mut unit = stores.read(world.tenant()).await;
    let earlier = unit.allocations().earlier(&[first, second, id()]).await.unwrap();
    assert_eq!(earlier.len(), 2);
    assert_eq!(earlier[&first], Earlier { cash_discounts: 150, credited: 7, count: 5 });
    assert_eq!(earlier[&second], Earlier { cash_discounts: 0, credited: 0, count: 1 });
    assert!(unit.allocations().earlier(&[]).await.unwrap().is_empty());
}

pub async fn allocations_need_what_they_name_in_their_own_organization(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let (payment, [invoice, _], _) = five(stores, &ours).await;
    let own = theirs.id::<Invoice>(0);
    let paid = allocation(own, AllocationKind::Payment, 1);
    for (constraint, refused) in [
        (INVOICE, allocation(invoice, AllocationKind::WriteOff, 1)),
        (PAYMENT, Allocation { payment: Some(payment.id), ..paid }),
        (
            CREDIT_NOTE,
            Allocation {
                credit_note: Some(invoice),
                ..allocation(own, AllocationKind::CreditNote, 1)
            },
        ),
    ] {
        assert_conflict(add(stores, &theirs, &[refused]).await, constraint.0);
    }
    let mut unit = stores.begin(theirs.tenant()).await;
    assert!(unit.allocations().of_invoice(invoice).await.unwrap().is_empty());
    assert!(unit.payments().lock(payment.id).await.unwrap().is_none());
}

pub async fn what_a_payment_is_never_changes(stores: &Stores) {
    let world = World::new(stores).await;
    let before = payment(stores, &world).await;
    let update = async |payment: &Payment| {
        stores.write(world.tenant(), async |unit| unit.payments().update(payment).await).await
    };
    let next = Payment { revision: before.revision.next(at(60)), ..before.clone() };
    let later = before.received_on + Days::new(1);
    for changed in [
        Payment { amount: 1, allocated: 0, ..next.clone() },
        Payment { direction: PaymentDirection::Sent, ..next.clone() },
        Payment { method: PaymentMethod::Cheque, ..next.clone() },
        Payment { received_on: later, ..next.clone() },
        Payment { reverses: Some(before.id), ..next.clone() },
    ] {
        assert_kept(update(&changed).await);
    }
    let status = PaymentStatus::Reversed;
    let reversed = Payment { status, allocated: 0, ..next };
    update(&reversed).await.unwrap();
    let revision = reversed.revision.next(at(61));
    let restored = Payment { status: PaymentStatus::Recorded, revision, ..reversed };
    assert_kept(update(&restored).await);
    let mut unit = stores.begin(world.tenant()).await;
    let locked: Result<Option<Payment>, StoreError> = unit.payments().lock(before.id).await;
    assert_eq!(locked.unwrap().map(|payment| payment.status), Some(status));
}

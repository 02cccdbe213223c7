use chrono::NaiveDate;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    BasisPoints, CashDiscount, Invoice, InvoiceDirection, InvoiceKind, InvoiceStatus, Party,
    invoice::tests::issued,
};

const AT: Timestamp = Timestamp::UNIX_EPOCH;

/// The invoice is of the 5th.
fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, n).unwrap()
}

fn payment(amount: i64) -> Payment {
    let draft = PaymentDraft {
        party: Id::from_uuid(Uuid::nil()),
        direction: PaymentDirection::Received,
        amount: Money::new(amount, Currency::EUR).unwrap(),
        method: PaymentMethod::BankTransfer,
        reference: None,
        received_on: day(10),
        note: None,
        metadata: JsonObject::default(),
    };
    Payment::record(Id::from_uuid(Uuid::nil()), Id::from_uuid(Uuid::nil()), draft, AT).unwrap()
}

/// An invoice with 1,463.70 € due, and 2 % discount within 10 days.
fn invoice() -> Invoice {
    let mut invoice = issued();
    let rate = BasisPoints::new(200).unwrap();
    invoice.content.discounts = vec![CashDiscount::new(10, rate).unwrap()];
    invoice
}

fn target(invoice: &Invoice, amount: i64, cash_discount: i64) -> Target {
    let share = Share { invoice: invoice.id, amount, cash_discount, currency: Currency::EUR };
    Target { share, invoice: invoice.clone(), earlier: Earlier::default() }
}

fn allocate(payment: Payment, targets: Vec<Target>) -> Result<Allocated, PaymentError> {
    payment.allocate(targets, &mut || Id::from_uuid(Uuid::nil()), (day(10), AT))
}

fn code(error: PaymentError) -> &'static str {
    match error {
        PaymentError::Invalid(_, invalid) => invalid.code.name(),
        PaymentError::Refused(code, _) => code.name(),
        PaymentError::Transition(_) => "state.transition",
    }
}

fn countered(on: NaiveDate) -> Countered {
    Countered { reference: None, received_on: on, note: None }
}

#[test]
fn a_payment_is_above_zero() {
    for amount in [0, -1] {
        let amount = Money { amount_minor: amount, currency: Currency::EUR };
        let refund =
            payment(10).refund(payment(1).id, amount, PaymentMethod::Cash, countered(day(10)), AT);
        assert_eq!(code(refund.unwrap_err()), "payment.amount_not_positive");
    }
}

#[test]
fn what_a_payment_does_not_settle_is_a_credit() {
    let allocated = allocate(payment(200_000), vec![target(&invoice(), 146_370, 0)]).unwrap();
    assert_eq!(allocated.invoices[0].status, InvoiceStatus::Paid);
    assert_eq!(allocated.invoices[0].revision.version.number(), 3);
    assert_eq!(allocated.payment.unallocated(), 53_630);
    let [allocation] = allocated.allocations[..] else { panic!("{allocated:?}") };
    assert_eq!((allocation.kind, allocation.amount), (AllocationKind::Payment, 146_370));
    assert_eq!(allocation.on, day(10));
}

#[test]
fn an_allocation_counts_from_the_booking_of_the_invoice() {
    let mut later = invoice();
    later.content.booked_on = Some(day(20));
    let allocated = allocate(payment(1), vec![target(&later, 1, 0)]).unwrap();
    assert_eq!(allocated.allocations[0].on, day(20));
}

#[test]
fn an_allocation_takes_neither_more_than_is_open_nor_more_than_is_left() {
    let too_much = allocate(payment(200_000), vec![target(&invoice(), 146_371, 0)]);
    assert_eq!(code(too_much.unwrap_err()), "invoice.open_exceeded");
    let mut other = invoice();
    other.id = Id::from_uuid(Uuid::max());
    let twice = allocate(payment(100), vec![target(&invoice(), 60, 0), target(&other, 41, 0)]);
    assert_eq!(code(twice.unwrap_err()), "payment.unallocated_exceeded");
    let same = [target(&invoice(), 1, 0).share, target(&invoice(), 2, 0).share];
    assert_eq!(code(Share::check_all(&same).unwrap_err()), "payment.invoice_repeated");
}

#[test]
fn a_payment_settles_what_fits_it() {
    let base = invoice();
    let mut stranger = base.clone();
    stranger.content.party = Id::<Party>::from_uuid(Uuid::max());
    let mut yen = base.clone();
    yen.content.currency = Currency::parse("JPY").unwrap();
    let mut note = base.clone();
    note.content.kind = InvoiceKind::CreditNote;
    let mut payable = base.clone();
    payable.content.direction = InvoiceDirection::Payable;
    let mut draft = base.clone();
    draft.status = InvoiceStatus::Draft;
    for (refused, expected) in [
        (target(&stranger, 1, 0), "payment.party_differs"),
        (target(&yen, 1, 0), "currency.differs"),
        (target(&note, 1, 0), "payment.direction_differs"),
        (target(&payable, 1, 0), "payment.direction_differs"),
        (target(&draft, 1, 0), "state.transition"),
        (target(&base, 0, 0), "payment.amount_not_positive"),
        (target(&base, 2, -1), "payment.amount_not_positive"),
    ] {
        assert_eq!(code(allocate(payment(10), vec![refused]).unwrap_err()), expected);
    }
    payable.content.kind = InvoiceKind::CreditNote;
    assert!(allocate(payment(10), vec![target(&payable, 1, 0)]).is_ok());
    let sent = Payment { direction: PaymentDirection::Sent, ..payment(10) };
    assert!(allocate(sent, vec![target(&note, 1, 0)]).is_ok());
}

/// 2 % of 1,463.70 € are 29.27 €.
#[test]
fn a_cash_discount_stays_within_the_terms() {
    let settled = allocate(payment(143_443), vec![target(&invoice(), 143_443, 2_927)]).unwrap();
    assert_eq!(settled.invoices[0].status, InvoiceStatus::Paid);
    assert_eq!(settled.allocations[1].kind, AllocationKind::CashDiscount);
    assert_eq!(settled.payment.unallocated(), 0);

    let refused = |target: Target, on: NaiveDate| {
        let payment = Payment { received_on: on, ..payment(10) };
        code(allocate(payment, vec![target]).unwrap_err())
    };
    assert_eq!(refused(target(&invoice(), 1, 2_928), day(10)), "payment.discount_exceeded");
    let earlier = Earlier { cash_discounts: 2_927, credited: 0, count: 1 };
    let again = Target { earlier, ..target(&invoice(), 1, 1) };
    assert_eq!(refused(again, day(10)), "payment.discount_exceeded");
    assert_eq!(refused(target(&invoice(), 1, 1), day(16)), "payment.discount_too_late");
    assert!(allocate(payment(10), vec![target(&invoice(), 1, 1)]).is_ok());
}

#[test]
fn a_reversal_takes_everything_back_once() {
    let allocated = allocate(payment(143_443), vec![target(&invoice(), 143_443, 2_927)]).unwrap();
    let id = Id::from_uuid(Uuid::max());
    let reverse = |payment: Payment| {
        payment.reverse(
            id,
            &allocated.allocations,
            countered(day(12)),
            &mut || Id::from_uuid(Uuid::nil()),
            AT,
        )
    };
    let reversed = reverse(allocated.payment.clone()).unwrap();
    let amounts: Vec<_> = reversed.allocations.iter().map(|a| (a.kind, a.amount, a.on)).collect();
    assert_eq!(
        amounts,
        [
            (AllocationKind::Payment, -143_443, day(12)),
            (AllocationKind::CashDiscount, -2_927, day(12))
        ]
    );
    assert_eq!(reversed.payment.status, PaymentStatus::Reversed);
    assert_eq!((reversed.payment.unallocated(), reversed.reversal.unallocated()), (0, 0));
    assert_eq!(reversed.reversal.direction, PaymentDirection::Sent);
    assert_eq!(code(reverse(reversed.payment).unwrap_err()), "state.transition");
    assert_eq!(code(reverse(reversed.reversal).unwrap_err()), "state.transition");
}

#[test]
fn a_refund_pays_back_what_is_left_and_keeps_its_payment_from_reversal() {
    let refund = |payment: Payment, amount: i64| {
        let amount = Money::new(amount, Currency::EUR).unwrap();
        payment.refund(
            Id::from_uuid(Uuid::max()),
            amount,
            PaymentMethod::Cash,
            countered(day(12)),
            AT,
        )
    };
    let (left, refunded) = refund(payment(100), 40).unwrap();
    assert_eq!((left.unallocated(), refunded.unallocated()), (60, 0));
    assert_eq!(refunded.direction, PaymentDirection::Sent);
    assert_eq!(code(refund(left.clone(), 61).unwrap_err()), "payment.unallocated_exceeded");
    let ids = &mut || Id::from_uuid(Uuid::nil());
    let refused = left.clone().reverse(refunded.id, &[], countered(day(12)), ids, AT);
    assert_eq!(code(refused.unwrap_err()), "payment.refunded");
    let reversed = refunded.clone().reverse(left.id, &[], countered(day(12)), ids, AT).unwrap();
    assert_eq!(reversed.reversal.direction, PaymentDirection::Received);
    assert_eq!(left.refund_reversed(&refunded, AT).unallocated(), 100);
}

#[test]
fn a_credit_note_settles_invoices_of_its_party() {
    let (mut note, invoice) = (invoice(), invoice());
    note.content.kind = InvoiceKind::CreditNote;
    note.id = Id::from_uuid(Uuid::max());
    let share = |amount| target(&invoice, amount, 0).share;
    let apply = |note: Invoice, invoice: Invoice, amount| {
        offset(note, invoice, (0, share(amount)), Id::from_uuid(Uuid::nil()), (day(1), AT))
    };
    let (left, settled, allocation) = apply(note.clone(), invoice.clone(), 46_370).unwrap();
    assert_eq!((left.open(), settled.open()), (100_000, 100_000));
    assert_eq!((allocation.credit_note, allocation.on), (Some(note.id), day(5)));
    let refused = |note: &Invoice, invoice: &Invoice, amount| {
        code(apply(note.clone(), invoice.clone(), amount).unwrap_err())
    };
    assert_eq!(refused(&left, &invoice, 100_001), "payment.unallocated_exceeded");
    assert_eq!(refused(&note, &settled, 100_001), "invoice.open_exceeded");
    assert_eq!(refused(&invoice, &invoice, 1), "state.transition");
    assert_eq!(refused(&note, &note, 1), "payment.offset_kind");
    assert_eq!(refused(&note, &invoice, 0), "payment.amount_not_positive");
}

proptest! {
    /// Any order of payments and reversals: what is settled is the sum of all allocations, and never
    /// more than what is due.
    #[test]
    fn what_is_settled_is_the_sum_of_the_allocations(
        steps in prop::collection::vec((1_i64..60_000, 0_i64..400, any::<bool>()), 1..20),
    ) {
        let (mut invoice, mut all, mut payments) = (invoice(), Vec::new(), Vec::new());
        for (amount, cash_discount, reverses) in steps {
            if let (true, Some((paid, own))) = (reverses, payments.pop()) {
                let (paid, own): (Payment, Vec<Allocation>) = (paid, own);
                let ids = &mut || Id::from_uuid(Uuid::nil());
                let back = paid.reverse(Id::from_uuid(Uuid::max()), &own, countered(day(12)), ids, AT).unwrap();
                let sum = back.allocations.iter().map(|a| a.amount).sum();
                invoice = invoice.settle(sum, AT).unwrap();
                all.extend(back.allocations);
                continue;
            }
            let discounts = all.iter().filter(|a: &&Allocation| a.kind == AllocationKind::CashDiscount);
            let earlier = Earlier { cash_discounts: discounts.map(|a| a.amount).sum(), ..Earlier::default() };
            let target = Target { earlier, ..target(&invoice, amount, cash_discount) };
            if let Ok(allocated) = allocate(payment(amount), vec![target]) {
                all.extend(allocated.allocations.iter().copied());
                invoice = allocated.invoices[0].clone();
                payments.push((allocated.payment, allocated.allocations));
            }
            let sum: i64 = all.iter().map(|a| a.amount).sum();
            prop_assert_eq!(invoice.settlement.settled, sum);
            prop_assert!(invoice.open() >= 0);
        }
    }
}

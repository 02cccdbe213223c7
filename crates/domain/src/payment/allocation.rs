use std::collections::HashSet;

use chrono::{Days, NaiveDate};

use super::{
    AllocationKind, Countered, Payment, PaymentDirection, PaymentError, PaymentId, PaymentStatus,
    error::{
        AMOUNT_NOT_POSITIVE, DIRECTION_DIFFERS, DISCOUNT_EXCEEDED, DISCOUNT_TOO_LATE,
        INVOICE_REPEATED, OFFSET_KIND, PARTY_DIFFERS, PAYMENT_REFUNDED, UNALLOCATED_EXCEEDED,
    },
};
use crate::{
    CURRENCY_DIFFERS, Currency, Id, InvalidTransition, Invoice, InvoiceDirection, InvoiceId,
    InvoiceKind, Timestamp, money,
};

/// The identity of an allocation.
pub type AllocationId = Id<Allocation>;

/// What settles a part of an invoice, or takes it back. It never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocation {
    /// The identity.
    pub id: AllocationId,
    /// What is settled: an invoice, or a credit note that is paid out.
    pub invoice: InvoiceId,
    /// The payment that settles it, or that takes back what another one settled.
    pub payment: Option<PaymentId>,
    /// The credit note that settles it, and is settled by it.
    pub credit_note: Option<InvoiceId>,
    /// What settles it.
    pub kind: AllocationKind,
    /// The amount in minor units of the invoice's currency; below 0 takes back.
    pub amount: i64,
    /// The day from which it counts.
    pub on: NaiveDate,
    /// When it was recorded.
    pub created_at: Timestamp,
}

/// A part of a payment for an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The invoice.
    pub invoice: InvoiceId,
    /// The money, in minor units.
    pub amount: i64,
    /// The discount for early payment beside it, in minor units.
    pub cash_discount: i64,
    /// The currency of both.
    pub currency: Currency,
}

impl PaymentDirection {
    /// The way of the money that settles an invoice; a credit note is settled by money that goes back.
    #[must_use]
    pub fn that_settles(invoice: &Invoice) -> Self {
        let by_invoice = match invoice.content.direction {
            InvoiceDirection::Receivable => Self::Received,
            InvoiceDirection::Payable => Self::Sent,
        };
        match invoice.content.kind {
            InvoiceKind::CreditNote => by_invoice.opposite(),
            _ => by_invoice,
        }
    }
}

impl Share {
    /// Checks that each invoice stands once in a list.
    pub fn check_all(shares: &[Self]) -> Result<(), PaymentError> {
        let mut seen = HashSet::with_capacity(shares.len());
        match shares.iter().position(|share| !seen.insert(share.invoice)) {
            Some(index) => {
                let pointer = format!("/allocations/{index}/invoice_id");
                let detail = "another allocation of the list names this invoice";
                Err(PaymentError::invalid(pointer, INVOICE_REPEATED, detail))
            }
            None => Ok(()),
        }
    }
}

/// What was allocated to an invoice before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Earlier {
    /// The sum of the discounts for early payment, in minor units.
    pub cash_discounts: i64,
    /// The sum of the credit notes, in minor units.
    pub credited: i64,
    /// The number of allocations.
    pub count: u32,
}

/// An invoice that a payment is to settle in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The part.
    pub share: Share,
    /// The invoice.
    pub invoice: Invoice,
    /// What was allocated to it before.
    pub earlier: Earlier,
}

/// A payment and invoices after an allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocated {
    /// The payment, in the revision that it had.
    pub payment: Payment,
    /// The invoices, in the order of the request.
    pub invoices: Vec<Invoice>,
    /// The allocations: money and discount of each invoice.
    pub allocations: Vec<Allocation>,
}

/// A payment that was taken back, and the one that takes it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversed {
    /// The payment afterwards.
    pub payment: Payment,
    /// The payment that takes it back.
    pub reversal: Payment,
    /// What takes back each allocation.
    pub allocations: Vec<Allocation>,
}

impl Payment {
    /// Settles parts of invoices, each of which stands once in the list ([`Share::check_all`]). `on` is the day of the
    /// allocations; they count from the invoice's date at the earliest.
    pub fn allocate(
        self,
        targets: Vec<Target>,
        ids: &mut dyn FnMut() -> AllocationId,
        (on, at): (NaiveDate, Timestamp),
    ) -> Result<Allocated, PaymentError> {
        self.expect_recorded("allocate it")?;
        let mut allocated = Allocated { payment: self, invoices: vec![], allocations: vec![] };
        for (index, target) in targets.into_iter().enumerate() {
            let place = |field: &str| format!("/allocations/{index}{field}");
            let share = target.share;
            allocated.payment.check_target(&target.invoice, &share, &place)?;
            if share.cash_discount > 0 {
                check_discount(&target, allocated.payment.received_on, &place)?;
            }
            let booked_on = target.invoice.content.booked_on;
            let one = Allocation {
                id: ids(),
                invoice: share.invoice,
                payment: Some(allocated.payment.id),
                credit_note: None,
                kind: AllocationKind::Payment,
                amount: share.amount,
                on: booked_on.map_or(on, |booked| on.max(booked)),
                created_at: at,
            };
            if share.amount > 0 {
                allocated.allocations.push(one);
            }
            if share.cash_discount > 0 {
                let (kind, amount) = (AllocationKind::CashDiscount, share.cash_discount);
                allocated.allocations.push(Allocation { id: ids(), kind, amount, ..one });
            }
            let before = target.invoice.settlement.written_off;
            // Money that comes after a write-off takes it back.
            let settled = target
                .invoice
                .credited(share.amount + share.cash_discount, at)
                .map_err(|error| PaymentError::of_invoice(&place("/amount"), error))?;
            let taken_back = settled.settlement.written_off - before;
            if taken_back != 0 {
                let (kind, amount) = (AllocationKind::WriteOff, taken_back);
                let by = Allocation { id: ids(), payment: None, kind, amount, ..one };
                allocated.allocations.push(by);
            }
            allocated.invoices.push(settled);
            allocated.payment = allocated.payment.spend(share.amount, &place("/amount"))?;
        }
        Ok(allocated)
    }

    /// Takes the payment back with all that it settled. The caller takes back the same amounts of the
    /// invoices. `refunded` is whether a part of its credit was paid back.
    pub fn reverse(
        self,
        id: PaymentId,
        allocations: &[Allocation],
        countered: Countered,
        ids: &mut dyn FnMut() -> AllocationId,
        at: Timestamp,
    ) -> Result<Reversed, PaymentError> {
        self.expect_recorded("reverse it")?;
        if self.reverses.is_some() {
            let from = "a reversal";
            return Err(InvalidTransition { from, attempted: "reverse it" }.into());
        }
        let settled: i64 = allocations
            .iter()
            .filter(|allocation| allocation.kind == AllocationKind::Payment)
            .map(|allocation| allocation.amount)
            .sum();
        if self.refunds.is_none() && settled != self.allocated {
            let detail = "a part of its credit was paid back: reverse the refund first";
            return Err(PaymentError::Refused(PAYMENT_REFUNDED, detail.to_owned()));
        }
        let on = countered.received_on;
        let allocations = allocations
            .iter()
            .map(|taken| Allocation {
                id: ids(),
                payment: Some(id),
                amount: -taken.amount,
                on: on.max(taken.on),
                created_at: at,
                ..*taken
            })
            .collect();
        let reversal = Self {
            id,
            direction: self.direction.opposite(),
            allocated: self.amount,
            reference: countered.reference,
            received_on: on,
            note: countered.note,
            reverses: Some(self.id),
            refunds: None,
            metadata: crate::JsonObject::default(),
            revision: crate::Revision::first(at),
            ..self.clone()
        };
        let (status, revision) = (PaymentStatus::Reversed, self.revision.next(at));
        let payment = Self { status, allocated: 0, revision, ..self };
        Ok(Reversed { payment, reversal, allocations })
    }

    /// Checks that the payment can settle the part of the invoice.
    fn check_target(
        &self,
        invoice: &Invoice,
        share: &Share,
        place: &dyn Fn(&str) -> String,
    ) -> Result<(), PaymentError> {
        if share.amount < 0 || share.cash_discount < 0 || share.amount + share.cash_discount == 0 {
            let detail = "must be above 0";
            return Err(PaymentError::invalid(place("/amount"), AMOUNT_NOT_POSITIVE, detail));
        }
        self.expect_currency(share.currency, &place("/amount/currency"))?;
        let (pointer, content) = (place("/invoice_id"), &invoice.content);
        if content.party != self.party {
            let detail = "the invoice is one of another party";
            return Err(PaymentError::invalid(pointer, PARTY_DIFFERS, detail));
        }
        let settled_by = PaymentDirection::that_settles(invoice);
        if settled_by != self.direction {
            let detail = format!("only money that was {} settles it", settled_by.name());
            return Err(PaymentError::invalid(pointer, DIRECTION_DIFFERS, detail));
        }
        self.expect_currency(content.currency, &pointer)
    }

    pub(super) fn expect_currency(
        &self,
        currency: Currency,
        pointer: &str,
    ) -> Result<(), PaymentError> {
        if currency == self.currency {
            return Ok(());
        }
        let detail = format!("the payment is in {}", self.currency.as_str());
        Err(PaymentError::invalid(pointer.to_owned(), CURRENCY_DIFFERS, detail))
    }

    pub(super) fn expect_recorded(&self, attempted: &'static str) -> Result<(), InvalidTransition> {
        match self.status {
            PaymentStatus::Recorded => Ok(()),
            PaymentStatus::Reversed => {
                Err(InvalidTransition { from: self.status.name(), attempted })
            }
        }
    }
}

impl Allocation {
    /// What settles a part of an invoice without a payment.
    #[must_use]
    pub const fn without_payment(
        id: AllocationId,
        invoice: InvoiceId,
        (kind, credit_note): (AllocationKind, Option<InvoiceId>),
        amount: i64,
        (on, at): (NaiveDate, Timestamp),
    ) -> Self {
        Self { id, invoice, payment: None, credit_note, kind, amount, on, created_at: at }
    }
}

/// Settles a part of an invoice by what is open of a credit note: both afterwards.
pub fn offset(
    note: Invoice,
    invoice: Invoice,
    (index, share): (usize, Share),
    id: AllocationId,
    (on, at): (NaiveDate, Timestamp),
) -> Result<(Invoice, Invoice, Allocation), PaymentError> {
    let place = |field: &str| format!("/allocations/{index}{field}");
    let (own, other) = (&note.content, &invoice.content);
    if own.kind != InvoiceKind::CreditNote {
        let from = "no credit note";
        return Err(InvalidTransition { from, attempted: "allocate it" }.into());
    }
    if other.kind == InvoiceKind::CreditNote || other.direction != own.direction {
        let detail = "a credit note settles invoices of its own direction";
        return Err(PaymentError::invalid(place("/invoice_id"), OFFSET_KIND, detail));
    }
    if other.party != own.party {
        let detail = "the invoice is one of another party";
        return Err(PaymentError::invalid(place("/invoice_id"), PARTY_DIFFERS, detail));
    }
    if [share.currency, other.currency].iter().any(|currency| *currency != own.currency) {
        let detail = format!("the credit note is in {}", own.currency.as_str());
        return Err(PaymentError::invalid(place("/amount/currency"), CURRENCY_DIFFERS, detail));
    }
    if share.amount <= 0 {
        let detail = "must be above 0";
        return Err(PaymentError::invalid(place("/amount"), AMOUNT_NOT_POSITIVE, detail));
    }
    if share.amount > note.open() {
        let detail = format!("{}: {} minor units are left", place("/amount"), note.open());
        return Err(PaymentError::Refused(UNALLOCATED_EXCEEDED, detail));
    }
    let dates = [note.content.booked_on, invoice.content.booked_on];
    let on = dates.into_iter().flatten().fold(on, NaiveDate::max);
    let refuse = |error| PaymentError::of_invoice(&place("/amount"), error);
    let by = (AllocationKind::CreditNote, Some(note.id));
    let allocation = Allocation::without_payment(id, invoice.id, by, share.amount, (on, at));
    let invoice = invoice.settle(share.amount, at).map_err(refuse)?;
    let note = note.settle(share.amount, at).map_err(refuse)?;
    Ok((note, invoice, allocation))
}

/// Checks a discount against the terms that hold on the day: the sum of all discounts is at most the
/// rate of what was due without what is retained and what was credited.
fn check_discount(
    target: &Target,
    on: NaiveDate,
    place: &dyn Fn(&str) -> String,
) -> Result<(), PaymentError> {
    let content = &target.invoice.content;
    let until = |days: u16| content.issued_on?.checked_add_days(Days::new(days.into()));
    let in_time = |days: u16| until(days).is_some_and(|last| on <= last);
    let terms = content.discounts.iter().filter(|terms| in_time(terms.days()));
    let pointer = place("/cash_discount");
    let Some(rate) = terms.map(|terms| i128::from(terms.rate().points())).max() else {
        let detail = format!("{pointer}: no terms of a cash discount hold on this day");
        return Err(PaymentError::Refused(DISCOUNT_TOO_LATE, detail));
    };
    if target.share.amount == 0 {
        let detail = format!("{pointer}: money of the same day stands beside it");
        return Err(PaymentError::Refused(DISCOUNT_EXCEEDED, detail));
    }
    let base = target.invoice.discount_base(target.earlier.credited);
    let most = money::rounded(i128::from(base) * rate, 10_000);
    let all = i128::from(target.earlier.cash_discounts) + i128::from(target.share.cash_discount);
    if all > most {
        let detail = format!("{pointer}: at most {most} minor units in all");
        return Err(PaymentError::Refused(DISCOUNT_EXCEEDED, detail));
    }
    Ok(())
}

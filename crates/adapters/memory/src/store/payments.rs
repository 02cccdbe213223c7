use std::collections::HashMap;

use async_trait::async_trait;
use plinth_domain::{
    Allocation, AllocationKind, Earlier, InvoiceId, Payment, PaymentId, PaymentStatus,
};
use plinth_ports::{
    AllocationReader, Allocations, Payments, Record, Records, Result,
    records::allocations::{CREDIT_NOTE, INVOICE, PAYMENT},
};

use super::{record_tables::Stored, unit::Unit};

impl Stored for Payment {
    /// What a payment is never changes, and none is removed.
    fn may_become(&self, next: Option<&Self>) -> bool {
        let Some(next) = next else { return false };
        let same = Self {
            status: self.status,
            allocated: self.allocated,
            reference: self.reference.clone(),
            note: self.note.clone(),
            metadata: self.metadata.clone(),
            revision: self.revision,
            ..next.clone()
        };
        let stays = self.status == PaymentStatus::Recorded || next.status == self.status;
        stays && same.owned_by(self.organization) == *self
    }
}

#[async_trait]
impl Payments for Unit {
    async fn insert(&mut self, payment: &Payment) -> Result<()> {
        Records::insert(self, payment).await
    }

    /// Units of work run one after another, so there is nothing to lock.
    async fn lock(&mut self, payment: PaymentId) -> Result<Option<Payment>> {
        Ok(self.record(payment).cloned())
    }
}

impl Unit {
    fn allocations(&self) -> impl Iterator<Item = &Allocation> {
        self.tables().records.allocations.of(self.organization_id())
    }
}

/// In the order of their recording.
fn in_order<'a>(found: impl Iterator<Item = &'a Allocation>) -> Vec<Allocation> {
    let mut found: Vec<_> = found.copied().collect();
    found.sort_by_key(|allocation| (allocation.created_at, allocation.id));
    found
}

#[async_trait]
impl AllocationReader for Unit {
    async fn of_invoice(&mut self, invoice: InvoiceId) -> Result<Vec<Allocation>> {
        let is = |a: &&Allocation| a.invoice == invoice || a.credit_note == Some(invoice);
        Ok(in_order(self.allocations().filter(is)))
    }

    async fn of_payment(&mut self, payment: PaymentId) -> Result<Vec<Allocation>> {
        Ok(in_order(self.allocations().filter(|a| a.payment == Some(payment))))
    }

    async fn earlier(&mut self, invoices: &[InvoiceId]) -> Result<HashMap<InvoiceId, Earlier>> {
        let mut earlier: HashMap<InvoiceId, Earlier> = HashMap::new();
        for one in self.allocations().filter(|a| invoices.contains(&a.invoice)) {
            let sum = earlier.entry(one.invoice).or_default();
            sum.count += 1;
            match one.kind {
                AllocationKind::CashDiscount => sum.cash_discounts += one.amount,
                AllocationKind::CreditNote => sum.credited += one.amount,
                AllocationKind::Payment | AllocationKind::WriteOff => {}
            }
        }
        Ok(earlier)
    }
}

#[async_trait]
impl Allocations for Unit {
    async fn add(&mut self, allocations: &[Allocation]) -> Result<()> {
        for one in allocations {
            let is_missing = |invoice: InvoiceId| self.record(invoice).is_none();
            let no_invoice = is_missing(one.invoice);
            let no_note = one.credit_note.is_some_and(is_missing);
            let no_payment = one.payment.is_some_and(|payment| self.record(payment).is_none());
            self.draft.forbid(no_invoice, INVOICE.0)?;
            self.draft.forbid(no_payment, PAYMENT.0)?;
            self.draft.forbid(no_note, CREDIT_NOTE.0)?;
            let key = (self.organization_id(), one.id);
            self.draft.tables.records.allocations.insert(key, *one);
        }
        Ok(())
    }
}

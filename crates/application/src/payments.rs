//! Payments, and what they settle.

mod allocate;
mod audit;
mod counter;
mod record;
mod settle;
pub(crate) mod take_back;

use std::borrow::Borrow;

use plinth_domain::{Allocation, InvoiceId, Payment, PaymentError, PaymentId, Permission};
use plinth_ports::{Page, PageRequest, PaymentFilter, PaymentSort};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    AuditRecord, Error, Query, Reading, Recorded, View,
    resource::{Found, Resource},
};

pub use allocate::{AllocatePayment, ApplyCreditNote};
pub use counter::{RefundPayment, ReversePayment};
pub use record::{PaymentUpdate, RecordPayment, UpdatePayment};
pub use settle::MAX_SHARES;
pub(crate) use settle::{ALLOCATIONS_MANY, CODES, locked};
pub use take_back::TakeCreditNoteBack;

impl Resource for Payment {
    const KIND: &'static str = "payment";
    const TOPIC: &'static str = "payments";
    const READ: Permission = Permission::PaymentRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn audit_view(&self) -> impl Serialize {
        audit::payment(self)
    }
}

impl From<PaymentError> for Error {
    fn from(error: PaymentError) -> Self {
        match error {
            PaymentError::Transition(transition) => transition.into(),
            PaymentError::Refused(code, detail) => Self::Conflict { code, detail: detail.into() },
            PaymentError::Invalid(pointer, invalid) => Self::field(&pointer, invalid),
        }
    }
}

/// A payment with its allocations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullPayment {
    /// The payment.
    pub payment: Payment,
    /// Its allocations, in the order of their recording.
    pub allocations: Vec<Allocation>,
}

impl Borrow<Payment> for FullPayment {
    fn borrow(&self) -> &Payment {
        &self.payment
    }
}

impl FullPayment {
    /// A new payment, or one after a change, with its audit record, which names the new allocations.
    fn recorded(
        audit: AuditRecord,
        payment: Payment,
        earlier: Vec<Allocation>,
        new: &[Allocation],
    ) -> Result<Recorded<Self>, Error> {
        let audit = audit.beside("allocations", audit::allocations(new))?;
        let allocations = earlier.into_iter().chain(new.iter().copied()).collect();
        Ok(Recorded::new(Self { payment, allocations }, audit))
    }
}

/// Reads one payment with its allocations.
#[derive(Debug, Clone, Copy)]
pub struct GetPayment {
    /// The payment.
    pub id: PaymentId,
}

impl Query for GetPayment {
    const NAME: &'static str = "payment.get";
    const PERMISSION: Permission = Permission::PaymentRead;
    type Output = FullPayment;

    async fn run(self, view: &mut View<'_>) -> Result<FullPayment, Error> {
        let payment = view.unit.payments().get(self.id).await?;
        let allocations = view.unit.allocations().of_payment(self.id).await?;
        Ok(FullPayment { payment, allocations })
    }
}

/// Lists payments without their allocations.
#[derive(Debug)]
pub struct ListPayments {
    /// Selects the payments.
    pub filter: PaymentFilter,
    /// The order and the position.
    pub page: PageRequest<PaymentSort>,
}

impl Query for ListPayments {
    const NAME: &'static str = "payment.list";
    const PERMISSION: Permission = Permission::PaymentRead;
    type Output = Page<Payment>;

    fn reading(&self) -> Reading {
        let reference = self.filter.reference.clone();
        let no_filter = PaymentFilter { reference, ..Default::default() };
        Reading::page(&self.page, self.filter != no_filter)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<Payment>, Error> {
        Ok(view.unit.payments().list(&self.filter, &self.page).await?)
    }
}

/// Lists what settles an invoice, and what a credit note settles.
#[derive(Debug, Clone, Copy)]
pub struct ListInvoiceAllocations {
    /// The invoice, or the credit note.
    pub id: InvoiceId,
}

impl Query for ListInvoiceAllocations {
    const NAME: &'static str = "invoice.list_allocations";
    const PERMISSION: Permission = Permission::PaymentRead;
    type Output = (plinth_domain::Invoice, Vec<Allocation>);

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        let invoice = view.unit.invoices().get(self.id).await?;
        Ok((invoice, view.unit.allocations().of_invoice(self.id).await?))
    }
}

use chrono::{DateTime, NaiveDate, Utc};
use plinth_application::payments::FullPayment;
use plinth_domain::{Allocation, Currency, Description, Id, Money, Payment, Text};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{money::MoneyBody, values::names};

names! {
    /// Which way the money went: `received` from the party, or `sent` to it.
    PaymentDirectionName = Received, Sent
}

names! {
    /// Whether a payment counts. A reversed one was taken back by another payment.
    PaymentStatusName = Recorded, Reversed
}

names! {
    /// How a payment was made.
    PaymentMethodName = BankTransfer, DirectDebit, Card, Cash, Cheque, Other
}

names! {
    /// What settles a part of an invoice. A write-off gives it up.
    AllocationKindName = Payment, CashDiscount, CreditNote, WriteOff
}

/// What settles a part of an invoice, or takes it back. It never changes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Allocation)]
pub(crate) struct AllocationView {
    id: Uuid,
    /// The invoice, or the credit note that is paid out.
    invoice_id: Uuid,
    payment_id: Option<Uuid>,
    /// The credit note that settles the invoice.
    credit_note_id: Option<Uuid>,
    #[schema(value_type = AllocationKindName)]
    kind: &'static str,
    /// Below 0 where it takes something back.
    amount: MoneyBody,
    /// The day from which it counts.
    allocated_on: NaiveDate,
    created_at: DateTime<Utc>,
}

impl AllocationView {
    pub(super) fn new(allocation: &Allocation, currency: Currency) -> Self {
        Self {
            id: allocation.id.uuid(),
            invoice_id: allocation.invoice.uuid(),
            payment_id: allocation.payment.map(Id::uuid),
            credit_note_id: allocation.credit_note.map(Id::uuid),
            kind: allocation.kind.name(),
            amount: Money { amount_minor: allocation.amount, currency }.into(),
            allocated_on: allocation.on,
            created_at: allocation.created_at,
        }
    }
}

/// A payment without its allocations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentSummary)]
pub(crate) struct PaymentSummary {
    id: Uuid,
    party_id: Uuid,
    #[schema(value_type = PaymentDirectionName)]
    direction: &'static str,
    #[schema(value_type = PaymentStatusName)]
    status: &'static str,
    amount: MoneyBody,
    /// How much of it settles invoices or was paid back.
    allocated: MoneyBody,
    /// The credit that is left.
    unallocated: MoneyBody,
    #[schema(value_type = PaymentMethodName)]
    method: &'static str,
    #[schema(example = "E2E-2026-4711")]
    reference: Option<String>,
    /// The day on which the money was received or sent.
    received_on: NaiveDate,
    note: Option<String>,
    /// The payment that this one takes back.
    reverses_id: Option<Uuid>,
    /// The payment whose credit this one pays back.
    refunds_id: Option<Uuid>,
    /// Free-form data of the client.
    #[schema(value_type = Object)]
    metadata: Option<Box<RawValue>>,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Payment> for PaymentSummary {
    fn from(payment: Payment) -> Self {
        let money = |amount_minor| Money { amount_minor, currency: payment.currency }.into();
        Self {
            id: payment.id.uuid(),
            party_id: payment.party.uuid(),
            direction: payment.direction.name(),
            status: payment.status.name(),
            amount: money(payment.amount),
            allocated: money(payment.allocated),
            unallocated: money(payment.unallocated()),
            method: payment.method.name(),
            reference: payment.reference.as_ref().map(Text::as_str).map(str::to_owned),
            received_on: payment.received_on,
            note: payment.note.as_ref().map(Description::as_str).map(str::to_owned),
            reverses_id: payment.reverses.map(Id::uuid),
            refunds_id: payment.refunds.map(Id::uuid),
            metadata: RawValue::from_string(payment.metadata.into_string()).ok(),
            version: payment.revision.version.number(),
            created_at: payment.revision.created_at,
            updated_at: payment.revision.updated_at,
        }
    }
}

/// A payment with its allocations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentView)]
pub(crate) struct PaymentView {
    #[serde(flatten)]
    summary: PaymentSummary,
    /// What it settles, in the order of their recording.
    allocations: Vec<AllocationView>,
}

impl From<FullPayment> for PaymentView {
    fn from(full: FullPayment) -> Self {
        let currency = full.payment.currency;
        let view = |allocation| AllocationView::new(allocation, currency);
        let allocations = full.allocations.iter().map(view).collect();
        Self { summary: PaymentSummary::from(full.payment), allocations }
    }
}

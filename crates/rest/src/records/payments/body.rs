use plinth_application::{
    Expected,
    payments::{
        AllocatePayment, ApplyCreditNote, MAX_SHARES, PaymentUpdate, RecordPayment, RefundPayment,
        ReversePayment,
    },
};
use plinth_domain::{
    Countered, Description, Invalid, InvoiceId, Money, Payment, PaymentChanges, PaymentDirection,
    PaymentDraft, PaymentId, PaymentMethod, Share, Text, codes,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::view::{PaymentDirectionName, PaymentMethodName};
use crate::{
    json::{Faults, Form, Merge},
    money::MoneyBody,
    values::{day, identity, known, object},
};

/// A part of a payment or of a credit note for an invoice.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAllocation {
    #[schema(format = Uuid)]
    invoice_id: String,
    /// How much is settled; 0 where a cash discount settles the rest.
    amount: MoneyBody,
    /// The discount for early payment that settles a part beside it, within the terms of the invoice.
    cash_discount: Option<MoneyBody>,
}

impl NewAllocation {
    fn check(self, f: &mut Faults, at: &str) -> Option<Share> {
        let invoice = f.check(&format!("{at}/invoice_id"), identity(&self.invoice_id));
        let amount = self.amount.check(f, &format!("{at}/amount"));
        let discount_at = format!("{at}/cash_discount");
        let discount = match self.cash_discount {
            Some(discount) => discount.check(f, &discount_at).map(Some),
            None => Some(None),
        };
        let (amount, discount) = (amount?, discount?);
        if discount.is_some_and(|discount| discount.currency != amount.currency) {
            let invalid = Invalid::new(plinth_domain::CURRENCY_DIFFERS, "as that of the amount");
            f.check::<()>(&discount_at, Err(invalid));
        }
        Some(Share {
            invoice: invoice?,
            amount: amount.amount_minor,
            cash_discount: discount.map_or(0, |discount| discount.amount_minor),
            currency: amount.currency,
        })
    }
}

pub(crate) fn shares(f: &mut Faults, allocations: Vec<NewAllocation>) -> Option<Vec<Share>> {
    if allocations.len() > MAX_SHARES {
        let detail = format!("at most {MAX_SHARES} items");
        f.check::<()>("/allocations", Err(Invalid::new(codes::LIST_TOO_LONG, detail)));
        return None;
    }
    let each = allocations.into_iter().enumerate();
    let checked: Vec<_> =
        each.map(|(index, one)| one.check(f, &format!("/allocations/{index}"))).collect();
    checked.into_iter().collect()
}

fn method(name: &str) -> Result<PaymentMethod, Invalid> {
    known(name, PaymentMethod::from_name, PaymentMethod::NAMES)
}

/// A new payment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPayment {
    #[schema(format = Uuid)]
    party_id: String,
    #[schema(value_type = PaymentDirectionName, example = "received")]
    direction: String,
    /// Above 0.
    amount: MoneyBody,
    #[schema(value_type = PaymentMethodName, example = "bank_transfer")]
    method: String,
    /// What identifies the payment: unique in the organization.
    #[schema(min_length = 1, max_length = 140, example = "E2E-2026-4711")]
    reference: Option<String>,
    /// The day on which the money was received or sent; not in the future.
    #[schema(format = Date, example = "2026-11-20")]
    received_on: String,
    #[schema(
        max_length = 10_000,
        pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
        example = "Second instalment"
    )]
    note: Option<String>,
    /// What the payment settles. Each invoice stands once.
    #[serde(default)]
    #[schema(max_items = 100)]
    allocations: Vec<NewAllocation>,
    /// An object of at most 16 KiB.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

impl Form for NewPayment {
    type Value = RecordPayment;

    fn check(self, f: &mut Faults) -> Option<RecordPayment> {
        let party = f.check("/party_id", identity(&self.party_id));
        let direction =
            known(&self.direction, PaymentDirection::from_name, PaymentDirection::NAMES);
        let direction = f.check("/direction", direction);
        let amount = self.amount.check(f, "/amount");
        let method = f.check("/method", method(&self.method));
        let reference = f.check_some("/reference", self.reference, |text| Text::parse(&text));
        let received_on = f.check("/received_on", day(&self.received_on));
        let note = f.check_some("/note", self.note, Description::parse);
        let metadata = f.check_some("/metadata", self.metadata, |fields| object(&fields));
        let shares = shares(f, self.allocations);
        let draft = PaymentDraft {
            party: party?,
            direction: direction?,
            amount: amount?,
            method: method?,
            reference: reference?,
            received_on: received_on?,
            note: note?,
            metadata: metadata?.unwrap_or_default(),
        };
        Some(RecordPayment { draft, shares: shares? })
    }
}

/// A change to a payment: a merge patch (RFC 7396). `null` clears a field; metadata is merged key by
/// key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaymentPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 140, example = "E2E-2026-4711")]
    reference: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000, pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$", example = "Second instalment")]
    note: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Merge<Map<String, Value>>,
}

impl Form for PaymentPatch {
    type Value = PaymentUpdate;

    fn check(self, f: &mut Faults) -> Option<PaymentUpdate> {
        let reference = self.reference.optional(f, "/reference", |text| Text::parse(&text));
        let note = self.note.optional(f, "/note", Description::parse);
        let metadata =
            self.metadata.required(f, "/metadata", |patch| object(&patch).map(|_| patch));
        let changes = PaymentChanges { reference: reference?, note: note?, metadata: None };
        Some(PaymentUpdate { changes, metadata: metadata? })
    }
}

/// What a payment or a credit note settles.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAllocations {
    /// Each invoice stands once.
    #[schema(min_items = 1, max_items = 100)]
    allocations: Vec<NewAllocation>,
}

/// An invoice that a credit note settled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettledInvoice {
    #[schema(format = Uuid)]
    invoice_id: String,
}

impl Form for SettledInvoice {
    type Value = InvoiceId;

    fn check(self, f: &mut Faults) -> Option<InvoiceId> {
        f.check("/invoice_id", identity(&self.invoice_id))
    }
}

/// Checked allocations.
pub(crate) struct Shares(Vec<Share>);

impl Shares {
    pub(super) fn of_payment(self, id: PaymentId, expected: Expected) -> AllocatePayment {
        AllocatePayment { id, expected, shares: self.0 }
    }

    pub(super) fn of_credit_note(self, id: InvoiceId, expected: Expected) -> ApplyCreditNote {
        ApplyCreditNote { id, expected, shares: self.0 }
    }
}

impl Form for NewAllocations {
    type Value = Shares;

    fn check(self, f: &mut Faults) -> Option<Shares> {
        if self.allocations.is_empty() {
            let invalid = Invalid::new(codes::LIST_EMPTY, "at least one item");
            f.check::<()>("/allocations", Err(invalid));
            return None;
        }
        shares(f, self.allocations).map(Shares)
    }
}

/// A payment that takes another one back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReversal {
    /// The day of the reversal: today, where it is absent, and that of the payment at the earliest.
    #[schema(format = Date, example = "2026-11-27")]
    received_on: Option<String>,
    /// What identifies the reversal: unique in the organization.
    #[schema(min_length = 1, max_length = 140, example = "RTN-2026-4711")]
    reference: Option<String>,
    #[schema(
        max_length = 10_000,
        pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
        example = "Direct debit returned"
    )]
    note: Option<String>,
}

/// A checked reversal.
pub(crate) struct Reversal {
    on: Option<chrono::NaiveDate>,
    reference: Option<Text<140>>,
    note: Option<Description>,
}

impl Reversal {
    pub(super) fn of(self, id: plinth_domain::Id<Payment>, expected: Expected) -> ReversePayment {
        ReversePayment { id, expected, on: self.on, reference: self.reference, note: self.note }
    }
}

impl Form for NewReversal {
    type Value = Reversal;

    fn check(self, f: &mut Faults) -> Option<Reversal> {
        let on = f.check_some("/received_on", self.received_on, |text| day(&text));
        let reference = f.check_some("/reference", self.reference, |text| Text::parse(&text));
        let note = f.check_some("/note", self.note, Description::parse);
        Some(Reversal { on: on?, reference: reference?, note: note? })
    }
}

/// A payment that pays the credit of another one back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRefund {
    /// Above 0, and at most what the payment has left.
    amount: MoneyBody,
    #[schema(value_type = PaymentMethodName, example = "bank_transfer")]
    method: String,
    /// The day on which the money was sent; not in the future.
    #[schema(format = Date, example = "2026-11-27")]
    received_on: String,
    /// What identifies the refund: unique in the organization.
    #[schema(min_length = 1, max_length = 140, example = "REF-2026-4711")]
    reference: Option<String>,
    #[schema(
        max_length = 10_000,
        pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
        example = "Paid twice"
    )]
    note: Option<String>,
}

/// A checked refund.
pub(crate) struct Refund {
    amount: Money,
    method: PaymentMethod,
    countered: Countered,
}

impl Refund {
    pub(super) fn of(self, id: PaymentId, expected: Expected) -> RefundPayment {
        let Self { amount, method, countered } = self;
        RefundPayment { id, expected, amount, method, countered }
    }
}

impl Form for NewRefund {
    type Value = Refund;

    fn check(self, f: &mut Faults) -> Option<Refund> {
        let amount = self.amount.check(f, "/amount");
        let method = f.check("/method", method(&self.method));
        let received_on = f.check("/received_on", day(&self.received_on));
        let reference = f.check_some("/reference", self.reference, |text| Text::parse(&text));
        let note = f.check_some("/note", self.note, Description::parse);
        let countered = Countered { reference: reference?, received_on: received_on?, note: note? };
        Some(Refund { amount: amount?, method: method?, countered })
    }
}

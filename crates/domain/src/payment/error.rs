use std::borrow::Cow;

use crate::{Code, Invalid, InvalidTransition, InvoiceError};

crate::codes! {
    AMOUNT_NOT_POSITIVE = "payment.amount_not_positive", "An amount that is paid or allocated is above 0.";
    UNALLOCATED_EXCEEDED = "payment.unallocated_exceeded",
        "The allocations are more than what is left of the payment or of the credit note.";
    PARTY_DIFFERS = "payment.party_differs", "A payment settles invoices of its own party.";
    DIRECTION_DIFFERS = "payment.direction_differs",
        "Received money settles outgoing invoices and credit notes of suppliers, sent money the others.";
    DISCOUNT_TOO_LATE = "payment.discount_too_late",
        "The invoice has no terms of a cash discount for this day.";
    DISCOUNT_EXCEEDED = "payment.discount_exceeded",
        "The cash discount is more than the terms of the invoice allow.";
    PAYMENT_REFUNDED = "payment.refunded",
        "A part of the payment was paid back: reverse the refund first.";
    INVOICE_REPEATED = "payment.invoice_repeated", "Each invoice stands once in a list of allocations.";
    OFFSET_KIND = "payment.offset_kind", "A credit note settles invoices of its own direction.";
}

/// Why a payment is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentError {
    /// A value of the request, by its JSON pointer.
    Invalid(Cow<'static, str>, Invalid),
    /// What is stored does not allow it.
    Refused(Code, String),
    /// The state of the payment or of an invoice does not allow it.
    Transition(InvalidTransition),
}

impl PaymentError {
    pub(super) fn invalid(
        pointer: impl Into<Cow<'static, str>>,
        code: Code,
        detail: impl Into<String>,
    ) -> Self {
        Self::Invalid(pointer.into(), Invalid::new(code, detail))
    }

    /// What an invoice refuses: it depends on what was settled before.
    pub(super) fn of_invoice(pointer: &str, error: InvoiceError) -> Self {
        match error {
            InvoiceError::Invalid(_, invalid) => {
                Self::Refused(invalid.code, format!("{pointer}: {}", invalid.detail))
            }
            InvoiceError::Transition(transition) => Self::Transition(transition),
        }
    }
}

impl From<InvalidTransition> for PaymentError {
    fn from(transition: InvalidTransition) -> Self {
        Self::Transition(transition)
    }
}

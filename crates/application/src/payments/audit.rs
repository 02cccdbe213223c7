//! The audit representation of a payment.

use plinth_domain::{Allocation, Description, Id, Payment, Text};
use serde_json::{Value, json, value::RawValue};

pub(super) fn payment(payment: &Payment) -> Value {
    json!({
        "party_id": payment.party.uuid(),
        "direction": payment.direction.name(),
        "status": payment.status.name(),
        "amount_minor": payment.amount,
        "currency": payment.currency.as_str(),
        "allocated_minor": payment.allocated,
        "method": payment.method.name(),
        "reference": payment.reference.as_ref().map(Text::as_str),
        "received_on": payment.received_on,
        "note": payment.note.as_ref().map(Description::as_str),
        "reverses_id": payment.reverses.map(Id::uuid),
        "refunds_id": payment.refunds.map(Id::uuid),
        "metadata": serde_json::from_str::<&RawValue>(payment.metadata.as_str()).ok(),
        "version": payment.revision.version.number(),
    })
}

pub(super) fn allocations(allocations: &[Allocation]) -> Value {
    allocations.iter().map(allocation).collect()
}

fn allocation(allocation: &Allocation) -> Value {
    json!({
        "invoice_id": allocation.invoice.uuid(),
        "credit_note_id": allocation.credit_note.map(Id::uuid),
        "kind": allocation.kind.name(),
        "amount_minor": allocation.amount,
        "allocated_on": allocation.on,
    })
}

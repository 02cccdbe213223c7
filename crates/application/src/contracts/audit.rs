//! The audit representation of a contract, its positions and its amendments.

use plinth_domain::{Contract, ContractAmendment, ContractPosition, Description, Id, Lines, Text};
use serde_json::{Value, json, value::RawValue};

pub(super) fn contract(contract: &Contract) -> Value {
    let termination = contract.termination.as_ref();
    json!({
        "status": contract.status.name(),
        "number": contract.number.as_ref().map(Text::as_str),
        "title": contract.title.as_str(),
        "role": contract.role.name(),
        "party_id": contract.party.uuid(),
        "project_id": contract.project.map(Id::uuid),
        "value": money(contract.value, contract),
        "signed_at": contract.signed_at,
        "starts_on": contract.schedule.starts_on(),
        "ends_on": contract.schedule.ends_on(),
        "retention_basis_points": contract.retention.points(),
        "document_id": contract.document.map(Id::uuid),
        "note": contract.note.as_ref().map(Description::as_str),
        "terminated_on": termination.map(|end| end.on),
        "termination_reason": termination.map(|end| end.reason.as_str()),
        "metadata": serde_json::from_str::<&RawValue>(contract.metadata.as_str()).ok(),
        "version": contract.revision.version.number(),
    })
}

/// Without their texts: 500 of them would not fit into an audit record.
pub(super) fn positions(positions: &[ContractPosition]) -> Value {
    let position = |position: &ContractPosition| {
        let (draft, tax) = (&position.draft, &position.draft.tax);
        json!({
            "position": position.number,
            "changes_position": draft.changes,
            "quantity": draft.quantity.to_string(),
            "unit": draft.unit.as_str(),
            "unit_price": draft.price.to_string(),
            "vat_category": tax.vat().category().name(),
            "rate_basis_points": tax.vat().rate().points(),
            "net_minor": position.net,
        })
    };
    positions.iter().map(position).collect()
}

pub(super) fn amendment(amendment: &ContractAmendment, added: &[ContractPosition]) -> Value {
    json!({
        "number": amendment.number,
        "title": amendment.title.as_str(),
        "signed_at": amendment.signed_at,
        "note": amendment.note.as_ref().map(Lines::as_str),
        "value_minor": amendment.value,
        "positions": positions(added),
    })
}

fn money(amount_minor: i64, contract: &Contract) -> Value {
    json!({"amount_minor": amount_minor, "currency": contract.currency.as_str()})
}

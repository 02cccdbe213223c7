//! Bodies of requests.

use crate::dataset::Organization;

/// The first digit of the identity's last 12, by which sql/business tells the kinds apart.
pub const PARTY: u64 = 4;
pub const OPEN_INVOICE: u64 = 5;
pub const DRAFT: u64 = 6;

/// What is due of each [`OPEN_INVOICE`] of a client.
pub const DUE_MINOR: u64 = 146_370;

/// The body of a new draft.
pub fn invoice(organization: Organization, lines: usize) -> String {
    let line = r#"{"text":"Concrete C25/30 with formwork and reinforcement, section 7","quantity":"12.5","unit":"MTQ","unit_price":"98.40","vat":{"category":"S","rate_basis_points":1900}}"#;
    format!(
        r#"{{"party_id":"{party}","currency":"EUR","service_from":"2026-01-05","service_until":"2026-01-30","lines":[{lines}]}}"#,
        party = organization.record(PARTY, 1),
        lines = vec![line; lines].join(","),
    )
}

/// The body of a payment that settles an open invoice.
pub fn payment(organization: Organization, number: u64, today: &str) -> String {
    format!(
        r#"{{"party_id":"{party}","direction":"received","amount":{amount},"method":"bank_transfer","reference":"E2E-{number}","received_on":"{today}","allocations":[{{"invoice_id":"{invoice}","amount":{amount}}}]}}"#,
        party = organization.record(PARTY, 1),
        invoice = organization.record(OPEN_INVOICE, number),
        amount = format_args!(r#"{{"amount_minor":{DUE_MINOR},"currency":"EUR"}}"#),
    )
}

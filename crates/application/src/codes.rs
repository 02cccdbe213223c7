use plinth_domain::Code;

use crate::{
    accounting, api_keys, audit_logs, bank_statements, documents, dunning, error, events, identity,
    invitations, invoices, jobs, limits, members, organizations, parties, payments, projects,
    reports, series, uploads,
};

/// Every code of the use cases' errors, in groups.
pub const CODES: &[&[Code]] = &[
    error::CODES,
    identity::CODES,
    organizations::CODES,
    members::CODES,
    api_keys::CODES,
    invitations::CODES,
    projects::CODES,
    invoices::held::CODES,
    invoices::issue::CODES,
    invoices::days::CODES,
    invoices::close::CODES,
    invoices::credit::CODES,
    invoices::outgoing::CODES,
    invoices::approve::CODES,
    invoices::attachments::CODES,
    invoices::incoming::CODES,
    plinth_ports::e_documents::E_INVOICE_CODES,
    invoices::pdf::CODES,
    series::CODES,
    parties::import::CODES,
    payments::CODES,
    payments::take_back::CODES,
    bank_statements::BOOKING_CODES,
    bank_statements::CODES,
    documents::CODES,
    dunning::CODES,
    jobs::CODES,
    reports::CODES,
    accounting::CODES,
    uploads::CODES,
    limits::CODES,
    events::CODES,
    audit_logs::CODES,
];

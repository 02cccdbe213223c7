//! The business records, one module each: operations, bodies and views.

mod accounting;
mod agent_runs;
mod bank_statements;
mod budgets;
mod comments;
mod contracts;
mod datasets;
mod document_links;
mod dunning;
mod evaluations;
mod evaluators;
mod executions;
mod invoices;
mod models;
mod notifications;
mod parties;
mod payments;
mod project_access;
mod projects;
mod prompts;
mod reports;
mod roles;
mod search;
mod teams;
mod usage;
mod webhooks;

use utoipa::openapi::{Tag, tag::TagBuilder};

use crate::{record::Record, routing::Routes};
pub(crate) use invoices::{EInvoiceProfileName, XmlSyntaxName};
pub use reports::ReportFiles;
pub(crate) use usage::UsageByName;

macro_rules! records {
    ($($module:ident,)*) => { const RECORDS: &[Record] = &[$($module::RECORD,)*]; };
}

records! {
    projects,
    prompts,
    invoices,
    parties,
    contracts,
    payments,
    dunning,
    bank_statements,
    reports,
    accounting,
    models,
    executions,
    agent_runs,
    budgets,
    usage,
    search,
    datasets,
    evaluators,
    evaluations,
    webhooks,
    document_links,
    roles,
    teams, project_access, comments, notifications,
}

/// Registers the operations of every record.
pub(crate) fn routes(config: &mut Routes<'_>) {
    for record in RECORDS {
        config.configure(record.routes);
    }
}

/// The tags of the records, for the OpenAPI document.
pub(crate) fn tags() -> impl Iterator<Item = Tag> {
    RECORDS.iter().map(|record| {
        let (name, description) = record.tag;
        TagBuilder::new().name(name).description(Some(description)).build()
    })
}

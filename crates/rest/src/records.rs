//! The business records, one module each: operations, bodies and views.

mod accounting;
mod agent_runs;
mod bank_statements;
mod budgets;
mod contracts;
mod datasets;
mod dunning;
mod evaluations;
mod evaluators;
mod executions;
mod invoices;
mod models;
mod parties;
mod payments;
mod projects;
mod prompts;
mod reports;
mod search;
mod usage;

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

//! The HTTP API on a real socket. The suite runs on PostgreSQL, and `smoke` again in memory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a panic in a test is a failure with a line number"
)]

#[macro_use]
mod support;

mod accounting;
mod addresses;
mod agent_runs;
mod api_keys;
mod auth;
mod avatars;
mod bad_input;
mod bank_statements;
mod budgets;
mod comments;
mod connections;
mod console;
mod contracts;
mod cookies;
mod datasets;
mod docs;
mod document_links;
mod document_texts;
mod documents;
mod dunning;
mod e_invoices;
mod earlier_tokens;
mod email_changes;
mod escalation;
mod evaluations;
mod evaluators;
mod events;
mod executions;
mod exports;
mod failed_logins;
mod file_names;
mod gateway;
mod http;
mod idempotency;
mod imports;
mod invitations;
mod invoice_attachments;
mod invoice_pdfs;
mod invoices;
mod invoices_batch;
mod jobs;
mod knowledge;
mod leaderboards;
mod lifecycle;
mod limits;
mod lists;
mod mails;
mod member_access;
mod members;
mod model_prices;
mod models;
mod notifications;
mod numbering;
mod oidc;
mod oidc_forged;
mod oidc_provider;
mod openapi;
mod operators;
mod organization;
mod organization_erasure;
mod organization_exports;
mod organization_limits;
mod parties;
mod passwords;
mod payments;
mod plans;
mod preconditions;
mod profile;
mod progress;
mod project_access;
mod projects;
mod prompt_templates;
mod prompts;
mod races;
mod received_credit_notes;
mod received_invoices;
mod registrations;
mod release_gates;
mod report_files;
mod reports;
mod roles;
mod second_factor;
mod second_factor_duty;
mod sessions;
mod shares;
mod smoke;
mod sockets;
mod sso;
mod sso_provider;
mod step_up;
mod stored_json;
mod storms;
mod support_sessions;
mod sweep;
mod targets;
mod teams;
mod tickets;
mod timing;
mod tokens;
mod uploads;
mod uploads_joined;
mod uploads_room;
mod webhooks;

use support::{Client, records::RecordSample};

/// A sample of a business record, by its name or its plural.
async fn record_sample(record: &str, owner: &Client) -> Option<RecordSample> {
    Some(match record {
        "project" | "projects" => projects::sample(owner).await,
        "contract" | "contracts" => contracts::sample(owner).await,
        "invoice" | "invoices" => invoices::sample(owner).await,
        "payment" | "payments" => payments::sample(owner).await,
        "budget" | "budgets" => budgets::sample(owner).await,
        "model" | "models" => models::sample(owner).await,
        "prompt" | "prompts" => prompts::sample(owner).await,
        "party" | "parties" => parties::sample(owner).await,
        "dataset" | "datasets" => datasets::sample(owner).await,
        "evaluator" | "evaluators" => evaluators::sample(owner).await,
        "webhook" | "webhooks" => webhooks::sample(owner).await,
        "document_link" | "document_links" => document_links::sample(owner).await,
        "role" | "roles" => roles::sample(),
        "team" | "teams" => teams::sample(),
        "comment" | "comments" => comments::sample(owner).await,
        _ => return None,
    })
}

//! The contract of each port, as tests for every adapter.
//!
//! A behaviour is one async function whose name says the rule that it protects. The `…_contract!`
//! macros turn all of a port's behaviours into tests, so that two adapters of one port always run
//! the same list:
//!
//! ```text
//! contract_tests::store_contract!(stores().await);
//!
//! async fn stores() -> contract_tests::Stores {
//!     let store = std::sync::Arc::new(MemoryStore::new());
//!     contract_tests::Stores::new(store.clone(), store)
//! }
//! ```
#![expect(clippy::unwrap_used, reason = "these are tests: a panic is a failure with a line number")]
#![expect(clippy::missing_panics_doc, reason = "these are tests: they fail by panicking")]

mod blob_storage;
mod fixture;
mod harness;
mod macros;
mod outcome;
mod queues;
mod walk;

pub mod access_cache;
pub mod accounting;
pub mod agent_runs;
pub mod allocations;
pub mod answer_lengths;
pub mod api_keys;
pub mod bank_transactions;
pub mod blob_parts;
pub mod blobs;
pub mod budgets;
pub mod bus;
pub mod catalogue_cache;
pub mod clock;
pub mod comments;
pub mod contracts;
pub mod datasets;
pub mod document_chunks;
pub mod documents;
pub mod documents_found;
pub mod documents_isolated;
pub mod dunning_notices;
pub mod evaluations;
pub mod execution_retention;
pub mod execution_scores;
pub mod execution_usage;
pub mod executions;
pub mod feature_flags;
pub mod idempotency;
pub mod identities;
pub mod invitations;
pub mod invitations_accepted;
pub mod invoice_attachments;
pub mod invoice_lines;
pub mod invoice_pdfs;
pub mod isolation;
pub mod isolation_of_writes;
pub mod job_queue;
pub mod jobs;
pub mod journal;
pub mod leaderboards;
pub mod leadership;
pub mod members;
pub mod models;
pub mod notifications;
pub mod number_series;
pub mod operators;
pub mod organizations;
pub mod overdue_notices;
pub mod pages;
pub mod party_keys;
pub mod password_hasher;
pub mod people;
pub mod project_grants;
pub mod projects;
pub mod prompts;
pub mod rate_limiter;
pub mod records;
pub mod registration;
pub mod reports;
pub mod revocation;
pub mod roles;
pub mod rotation;
pub mod search;
pub mod secret_keys;
pub mod secrets;
pub mod sequence;
pub mod sessions;
pub mod sso;
pub mod storage_ledger;
pub mod sweep;
pub mod teams;
pub mod texts_found;
pub mod units;
pub mod uploads;
pub mod usage;
pub mod user_avatars;
pub mod user_identities;
pub mod webhooks;

#[doc(hidden)]
pub use plinth_domain;
pub use plinth_ports;

pub use blob_storage::BlobStorage;
pub use harness::Stores;
pub use queues::Queues;

//! The records of an organization, one module each, with the traits that are specific to them. The
//! traits that most records share are declared here.

use std::fmt::Debug;

use async_trait::async_trait;
use plinth_domain::{Code, Id, OrganizationId, Revision, search::fold};
use uuid::Uuid;

use crate::{Page, PageRequest, Result, Search, SortKey, StoreError};

pub mod accounting;
pub mod agent_runs;
pub mod allocations;
pub mod answer_lengths;
pub mod api_keys;
pub mod bank_transactions;
pub mod budgets;
pub mod comments;
pub mod contract_positions;
pub mod contracts;
pub mod dataset_items;
pub mod datasets;
pub mod document_chunks;
pub mod document_contents;
pub mod document_links;
pub mod document_versions;
pub mod documents;
pub mod dunning_notices;
pub mod evaluation_results;
pub mod evaluations;
pub mod evaluators;
pub mod execution_scores;
pub mod execution_usage;
pub mod executions;
pub mod feature_flags;
pub mod feed;
pub mod idempotency;
pub mod invitations;
pub mod invoice_attachments;
pub mod invoice_pdfs;
pub mod invoices;
pub mod jobs;
pub mod journal;
pub mod members;
pub mod model_prices;
pub mod models;
pub mod notifications;
pub mod organization_exports;
pub mod organizations;
pub mod overdue_notices;
pub mod parties;
pub mod payments;
pub mod project_grants;
pub mod projects;
pub mod prompt_versions;
pub mod prompts;
pub mod reports;
pub mod roles;
pub mod secrets;
pub mod series;
pub mod sso;
pub mod support_access;
pub mod support_sessions;
pub mod teams;
pub mod uploads;
pub mod usage;
pub mod users;
pub mod webhook_deliveries;
pub mod webhooks;

/// Passes the list of the records that have the five operations of [`Records`] to another macro,
/// before the tokens of the call: `with_records! { units! { … } }`. Units of work and contract
/// tests are generated from this list.
#[macro_export]
macro_rules! with_records {
    ($($macro:ident)::+ ! { $($given:tt)* }) => {
        $($macro)::+ ! {
            records {
                document_versions: plinth_domain::DocumentVersion,
                documents: plinth_domain::Document,
                projects: plinth_domain::Project,
                prompts: plinth_domain::Prompt,
                invoices: plinth_domain::Invoice,
                parties: plinth_domain::Party,
                contracts: plinth_domain::Contract,
                models: plinth_domain::Model,
                budgets: plinth_domain::Budget,
                datasets: plinth_domain::Dataset,
                evaluators: plinth_domain::Evaluator,
                evaluations: plinth_domain::Evaluation,
                webhooks: plinth_domain::Webhook,
                roles: plinth_domain::CustomRole,
                organization_exports: plinth_domain::OrganizationExport,
                document_links: plinth_domain::DocumentLink,
                teams: plinth_domain::Team,
                comments: plinth_domain::Comment,
                support_access: plinth_domain::SupportAccess,
                support_sessions: plinth_domain::SupportSession,
            }
            $($given)*
        }
    };
}

/// A business record of one organization: how it is identified, listed and
/// constrained.
pub trait Record: Clone + Debug + PartialEq + Send + Sync + 'static {
    /// The table, and the plural in paths and topics: `projects`.
    const TABLE: &'static str;
    /// The values that are unique within the organization.
    const UNIQUE: &'static [Unique<Self>] = &[];
    /// The references to other records.
    const REFERENCES: &'static [Reference<Self>] = &[];
    /// Whether lists search [`searched`](Self::searched).
    const SEARCHED: bool = false;
    /// Selects the records of a list; the default selects all of them.
    type Filter: Default + Clone + Debug + Send + Sync + 'static;
    /// The orders of a list.
    type Sort: SortKey<Item = Self>;

    /// The identity, unique within the organization.
    fn id(&self) -> Id<Self>;
    /// The revision, by which concurrent writes are detected.
    fn revision(&self) -> &Revision;
    /// The same record, owned by this organization.
    #[must_use]
    fn owned_by(self, organization: OrganizationId) -> Self;
    /// Whether `filter` selects the record, its text search aside.
    fn matches(&self, filter: &Self::Filter) -> bool;
    /// The text search of `filter`; `None` where it has none.
    fn search(_filter: &Self::Filter) -> Option<&Search> {
        None
    }
    /// The text that a search matches: in PostgreSQL, the searched columns in their order, with one
    /// blank between them.
    fn searched(&self) -> String {
        String::new()
    }
    /// [`searched`](Self::searched), folded like what is looked for, and at most [`SEARCHED_BYTES`]
    /// of it.
    fn folded(&self) -> String {
        let mut text = fold(&self.searched());
        text.truncate(text.floor_char_boundary(SEARCHED_BYTES));
        text
    }
}

/// The most bytes of a record's names that are searched: 64 KiB. Some characters become eighteen when
/// they are folded.
pub const SEARCHED_BYTES: usize = 64 * 1024;

/// The name of a constraint in the schema. A use case compares it with the violated constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constraint(pub &'static str);

impl Constraint {
    /// Whether `error` is a violation of this constraint.
    #[must_use]
    pub fn is_violated_in(self, error: &StoreError) -> bool {
        matches!(error, StoreError::Conflict { constraint } if constraint == self.0)
    }
}

/// A value that at most one record of an organization has.
#[derive(Debug, Clone, Copy)]
pub struct Unique<R> {
    /// The constraint that a second record with the value violates.
    pub constraint: Constraint,
    /// The code of that conflict.
    pub code: Code,
    /// The conflict in a sentence for the caller: `another project has this code`.
    pub detail: &'static str,
    /// The value; `None` if it is not constrained.
    pub value: fn(&R) -> Option<String>,
}

/// A reference to another record of the same organization.
#[derive(Debug, Clone, Copy)]
pub struct Reference<R> {
    /// The constraint that a reference to a missing record violates.
    pub constraint: Constraint,
    /// The field of requests that holds the reference: `project_id`.
    pub field: &'static str,
    /// [`Record::TABLE`] of the other record.
    pub to: &'static str,
    /// The identity of the other record; `None` where there is no reference.
    pub id: fn(&R) -> Option<Uuid>,
    /// What happens when the other record is removed.
    pub on_removal: OnRemoval,
}

/// What the removal of a record means for the records that refer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnRemoval {
    /// The removal violates the constraint.
    Restrict,
    /// The records are removed with it.
    Cascade,
}

/// Reads records of one kind.
#[async_trait]
pub trait RecordReader<R: Record>: Send {
    /// Finds a record; `None` when the organization has none with this identity.
    async fn find(&mut self, id: Id<R>) -> Result<Option<R>>;
    /// Lists one page of the records that `filter` selects.
    async fn list(&mut self, filter: &R::Filter, page: &PageRequest<R::Sort>) -> Result<Page<R>>;
    /// Counts all records of the organization.
    async fn count(&mut self) -> Result<u64>;
}

/// Reads records of one kind and stores their next revisions.
#[async_trait]
pub trait RecordUpdater<R: Record>: RecordReader<R> {
    /// Stores the next revision; [`StoreError::Stale`] unless the one before it
    /// is stored.
    async fn update(&mut self, record: &R) -> Result<()>;
}

/// Reads and writes records of one kind.
#[async_trait]
pub trait Records<R: Record>: RecordUpdater<R> {
    /// Stores a new record.
    async fn insert(&mut self, record: &R) -> Result<()>;
    /// Removes the record; [`StoreError::Stale`] unless exactly this revision is
    /// stored.
    async fn remove(&mut self, record: &R) -> Result<()>;
}

//! The tables of the business records, and the references between them.

use std::fmt::Debug;

use plinth_domain::{
    AgentRun, AgentRunId, Allocation, AllocationId, ApiKey, Attachment, Attempt, BankTransaction,
    BudgetPeriodId, ContractAmendment, ContractId, ContractPosition, Criterion, CustomRoleId,
    DatasetId, DatasetItem, DocumentChunk, DocumentChunkId, DocumentId, DunningNotice, Embedding,
    EmbeddingSpace, EvaluationId, EvaluationResult, Execution, ExecutionId, ExecutionScore, Id,
    Invitation, InvoiceId, InvoiceLine, InvoicePdf, Job, LabelledVersion, ModelId, ModelPrice,
    ModelPriceId, Notification, NotificationSettings, OrganizationDomain, OrganizationDomainId,
    OrganizationId, Payment, ProjectGrant, ProjectGrantId, PromptId, PromptVersion, SecretId,
    SsoConnection, SsoConnectionId, SsoIdentity, SsoIdentityId, TeamId, TeamMember, UsageMeasure,
    UserId, WebhookAttempt, WebhookDeliveryId, WebhookId, search::SearchableText,
};
use plinth_ports::{
    AgentRunEvent, Constraint, OnRemoval, OutputPiece, Record, SealedSecret, Search,
};
use uuid::Uuid;

use super::{
    execution_lease::ExecutionLease,
    rows::{AgentProgressRow, BudgetPeriodRow, WebhookCursor, WebhookDeliveryRow},
    search,
    table::Table,
};

/// The rows of one kind of record.
pub(super) type Rows<R> = Table<(OrganizationId, Id<R>), R>;

/// A record that has a table here.
pub(super) trait HasRows: Record {
    fn rows(tables: &RecordTables) -> &Rows<Self>;
    fn rows_mut(tables: &mut RecordTables) -> &mut Rows<Self>;
}

/// A record of the generic operations below. A special record implements these
/// methods itself.
pub(super) trait Stored: HasRows {
    /// Whether the text search finds it.
    fn is_found(&self, _tables: &RecordTables, words: &Search) -> bool {
        search::is_in(words, &self.folded())
    }
    /// Whether a list that selects it shows it, for what is beside the records.
    fn is_listed(&self, _tables: &RecordTables, _filter: &Self::Filter) -> bool {
        true
    }
    /// Whether it may become `next`, or be removed where there is none: what a trigger checks in
    /// PostgreSQL.
    fn may_become(&self, _next: Option<&Self>) -> bool {
        true
    }
    /// The constraint that it violates, because a row beside the records to which it refers is missing.
    fn lacks(&self, _tables: &RecordTables, _organization: OrganizationId) -> Option<Constraint> {
        None
    }
    /// The constraint that its removal violates, because a row beside the records refers to it.
    fn is_needed(
        &self,
        _tables: &RecordTables,
        _organization: OrganizationId,
    ) -> Option<Constraint> {
        None
    }
    /// What it uses when it is stored in the place of `before`: what a trigger counts in PostgreSQL.
    fn used(&self, _before: Option<&Self>) -> Vec<(UsageMeasure, u64)> {
        Vec::new()
    }
    /// Removes the rows that are stored together with it.
    fn removed(&self, _tables: &mut RecordTables, _organization: OrganizationId) {}
}

/// Declares the tables: of the records of `with_records!`, of the `updated` ones, and the fields
/// `beside` them.
macro_rules! records {
    (
        records { $($name:ident: $record:ty,)* }
        updated { $($special:ident: $updated:ty,)* }
        beside { $($beside:ident: $table:ty,)* }
    ) => {
        records! { @tables [$($name: $record,)* $($special: $updated,)*] [$($beside: $table,)*] }
        $(records! { @stored $name: $record })*
        $(records! { @stored $special: $updated })*
    };
    // Documents are stored with their texts, contracts with their positions, invoices with their
    // lines, models with their prices, budgets with their periods, prompts with their versions, data
    // sets with their items, members have roles, teams have members, there are roles on projects, and
    // payments, notices, ended executions and ended runs never change: they implement it themselves.
    (@stored documents: $record:ty) => {};
    (@stored contracts: $record:ty) => {};
    (@stored invoices: $record:ty) => {};
    (@stored models: $record:ty) => {};
    (@stored prompts: $record:ty) => {};
    (@stored budgets: $record:ty) => {};
    (@stored datasets: $record:ty) => {};
    (@stored evaluators: $record:ty) => {};
    (@stored evaluations: $record:ty) => {};
    (@stored webhooks: $record:ty) => {};
    (@stored payments: $record:ty) => {};
    (@stored dunning_notices: $record:ty) => {};
    (@stored executions: $record:ty) => {};
    (@stored agent_runs: $record:ty) => {};
    (@stored roles: $record:ty) => {};
    (@stored projects: $record:ty) => {};
    (@stored teams: $record:ty) => {};
    (@stored $name:ident: $record:ty) => { impl Stored for $record {} };
    (@tables [$($name:ident: $record:ty,)*] [$($beside:ident: $table:ty,)*]) => {
        /// A table of each kind of record.
        #[derive(Debug, Clone, Default)]
        pub(super) struct RecordTables {
            $(pub(super) $name: Rows<$record>,)*
            $(pub(super) $beside: $table,)*
        }

        impl RecordTables {
            /// Every table of records.
            pub(super) fn all(&self) -> Vec<&dyn AnyRows> {
                vec![$(&self.$name,)*]
            }
            /// Every table of records, to be changed.
            pub(super) fn all_mut(&mut self) -> Vec<&mut dyn AnyRows> {
                vec![$(&mut self.$name,)*]
            }
        }

        $(impl HasRows for $record {
            fn rows(tables: &RecordTables) -> &Rows<Self> { &tables.$name }
            fn rows_mut(tables: &mut RecordTables) -> &mut Rows<Self> { &mut tables.$name }
        })*
    };
}

plinth_ports::with_records! {
    records! {
        updated {
            invitations: Invitation,
            api_keys: ApiKey,
            jobs: Job,
            payments: Payment,
            bank_transactions: BankTransaction,
            dunning_notices: DunningNotice,
            executions: Execution,
            agent_runs: AgentRun,
            notifications: Notification,
        }
        beside {
            member_roles: Table<(OrganizationId, UserId), CustomRoleId>,
            team_members: Table<(OrganizationId, (TeamId, UserId)), TeamMember>,
            project_grants: Table<(OrganizationId, ProjectGrantId), ProjectGrant>,
            notification_settings: Table<(OrganizationId, UserId), NotificationSettings>,
            document_texts: Table<(OrganizationId, DocumentId), SearchableText>,
            document_chunks: Table<(OrganizationId, DocumentId), Vec<DocumentChunk>>,
            chunk_vectors: Table<(OrganizationId, DocumentChunkId), (EmbeddingSpace, Embedding)>,
            allocations: Table<(OrganizationId, AllocationId), Allocation>,
            execution_attempts: Table<(OrganizationId, ExecutionId), Vec<Attempt>>,
            execution_leases: Table<(OrganizationId, ExecutionId), ExecutionLease>,
            execution_scores: Table<(OrganizationId, ExecutionId), Vec<ExecutionScore>>,
            execution_pieces: Table<(OrganizationId, ExecutionId), Vec<OutputPiece>>,
            agent_progress: Table<(OrganizationId, AgentRunId), AgentProgressRow>,
            agent_events: Table<(OrganizationId, AgentRunId), Vec<AgentRunEvent>>,
            overdue_notices: Table<(OrganizationId, InvoiceId), chrono::NaiveDate>,
            invoice_lines: Table<(OrganizationId, InvoiceId), Vec<InvoiceLine>>,
            invoice_pdfs: Table<(OrganizationId, InvoiceId), InvoicePdf>,
            invoice_attachments: Table<(OrganizationId, InvoiceId), Vec<Attachment>>,
            budget_periods: Table<(OrganizationId, BudgetPeriodId), BudgetPeriodRow>,
            answer_lengths: Table<(OrganizationId, (PromptId, u16, ModelId)), Vec<u32>>,
            model_prices: Table<(OrganizationId, ModelPriceId), ModelPrice>,
            secrets: Table<(OrganizationId, SecretId), SealedSecret>,
            sso_connections: Table<(OrganizationId, SsoConnectionId), SsoConnection>,
            sso_identities: Table<(OrganizationId, SsoIdentityId), SsoIdentity>,
            organization_domains: Table<(OrganizationId, OrganizationDomainId), OrganizationDomain>,
            evaluation_criteria: Table<(OrganizationId, EvaluationId), Vec<Criterion>>,
            evaluation_results: Table<(OrganizationId, EvaluationId), Vec<EvaluationResult>>,
            dataset_items: Table<(OrganizationId, DatasetId), Vec<DatasetItem>>,
            contract_positions: Table<(OrganizationId, ContractId), Vec<ContractPosition>>,
            contract_amendments: Table<(OrganizationId, ContractId), Vec<ContractAmendment>>,
            prompt_labels: Table<(OrganizationId, PromptId), Vec<LabelledVersion>>,
            prompt_versions: Table<(OrganizationId, PromptId), Vec<PromptVersion>>,
            webhook_cursors: Table<(OrganizationId, WebhookId), WebhookCursor>,
            webhook_deliveries: Table<(OrganizationId, WebhookDeliveryId), WebhookDeliveryRow>,
            webhook_attempts: Table<(OrganizationId, WebhookDeliveryId), Vec<WebhookAttempt>>,
        }
    }
}

/// The rows of one kind without its type, for references from other kinds.
pub(super) trait AnyRows: Debug {
    /// Whether this is `table` and holds the record.
    fn has(&self, table: &str, organization: OrganizationId, id: Uuid) -> bool;
    /// The constraint that the removal of the record violates.
    fn restricts(&self, organization: OrganizationId, to: &str, id: Uuid) -> Option<Constraint>;
    /// Removes the rows that are removed together with the record.
    fn cascade(&mut self, organization: OrganizationId, to: &str, id: Uuid);
}

impl<R: Record> AnyRows for Rows<R> {
    fn has(&self, table: &str, organization: OrganizationId, id: Uuid) -> bool {
        R::TABLE == table && self.contains(&(organization, Id::from_uuid(id)))
    }

    fn restricts(&self, organization: OrganizationId, to: &str, id: Uuid) -> Option<Constraint> {
        let mut references = R::REFERENCES
            .iter()
            .filter(|reference| reference.to == to && reference.on_removal == OnRemoval::Restrict);
        let found = references.find(|r| self.of(organization).any(|row| (r.id)(row) == Some(id)));
        found.map(|reference| reference.constraint)
    }

    fn cascade(&mut self, organization: OrganizationId, to: &str, id: Uuid) {
        for reference in R::REFERENCES {
            if reference.to == to && reference.on_removal == OnRemoval::Cascade {
                self.retain(|(owner, _), row| {
                    *owner != organization || (reference.id)(row) != Some(id)
                });
            }
        }
    }
}

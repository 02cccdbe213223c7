use async_trait::async_trait;
use plinth_domain::{
    AgentRun, ApiKey, BankTransaction, DunningNotice, Execution, Invitation, Job, Notification,
    Payment, TenantScope, Timestamp,
};

use crate::{
    AccountingReader, AgentRunReader, AgentRuns, AllocationReader, Allocations, AnswerLengthReader,
    AnswerLengths, ApiKeys, BankTransactions, BudgetLedger, BudgetReader, CommentThreads,
    ContractAmendmentReader, ContractAmendments, ContractPositionReader, ContractPositions,
    DatasetItemReader, DatasetItems, DocumentChunkReader, DocumentChunks, DocumentContents,
    DunningNotices, DunningReader, EvaluationResultReader, EvaluationResults, ExecutionReader,
    ExecutionScoreReader, ExecutionScores, Executions, FeatureFlagReader, FeatureFlags, FeedReader,
    Idempotency, IdempotencyKey, Invitations, InvoiceAttachmentReader, InvoiceAttachments,
    InvoiceLineReader, InvoiceLines, InvoicePdfReader, InvoicePdfs, Jobs, Journal, JournalReader,
    MemberReader, Members, ModelCatalogue, ModelPriceReader, ModelPrices, NotificationCounts,
    NotificationPreferences, NotificationSettingsReader, Notifications, OrganizationReader,
    Organizations, OverdueNotices, PartyKeyReader, Payments, ProjectGrantReader, ProjectGrants,
    PromptVersionReader, PromptVersions, Record, RecordReader, RecordUpdater, Records, Reports,
    Result, SealedSecrets, Series, Sso, SsoReader, TeamMemberReader, TeamMembers, Uploads, Usage,
    UsageReader, WebhookDeliveries, WebhookDeliveryReader,
};

/// The records of all organizations.
///
/// Both methods require a [`TenantScope`], and no method of a unit takes an
/// organization:
///
/// ```
/// # use plinth_domain::{ProjectId, TenantScope};
/// # use plinth_ports::{Result, Store};
/// # async fn find(store: &dyn Store, scope: TenantScope, id: ProjectId) -> Result<()> {
/// let mut unit = store.begin(scope).await?;
/// unit.projects().find(id).await?;
/// unit.commit().await
/// # }
/// ```
///
/// Without a scope, the code does not compile:
///
/// ```compile_fail
/// # use plinth_ports::{Result, Store};
/// # async fn forgetful(store: &dyn Store) -> Result<()> {
/// let unit = store.begin().await?;
/// unit.commit().await
/// # }
/// ```
#[async_trait]
pub trait Store: Send + Sync {
    /// Opens a unit of work: a transaction. A store may limit how many an organization has open;
    /// more wait for a while, and then end with [`StoreError::Busy`](crate::StoreError::Busy).
    async fn begin(&self, scope: TenantScope) -> Result<Box<dyn UnitOfWork>>;

    /// Opens a unit of work whose first new records may wait for its commit, which then answers their
    /// conflicts: that is one message, and not four. Any other operation makes it an ordinary one.
    async fn begin_deferred(&self, scope: TenantScope) -> Result<Box<dyn UnitOfWork>>;

    /// Opens a unit of work that claims this key first ([`Idempotency::claim`]): a store may lock the
    /// key at once.
    async fn begin_once(
        &self,
        scope: TenantScope,
        operation: &'static str,
        key: &IdempotencyKey,
    ) -> Result<Box<dyn UnitOfWork>>;

    /// Opens a read-only view.
    async fn read(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>>;

    /// Opens a read-only view for a single question, at a third of the cost. Several questions would
    /// each see the moment at which they are asked, and a text cannot be searched.
    async fn read_apart(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>>;

    /// Opens a read-only view whose statements end early, after 2 s, with
    /// [`StoreError::TimedOut`](crate::StoreError::TimedOut): they may read many
    /// rows, and must not hold a connection for long. An organization has a smaller share of them.
    async fn read_briefly(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>>;

    /// Opens a read-only view whose statements may take a minute, for the job of a report. An
    /// organization has one at once in a process; another one waits for 2 s, and then ends with
    /// [`StoreError::Busy`](crate::StoreError::Busy).
    async fn read_at_length(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>>;
}

/// The end of a unit of work.
#[async_trait]
pub trait Transaction: Send {
    /// The time of everything that this unit stores: when it began, on the store's clock, which all
    /// processes share.
    fn now(&self) -> Timestamp;
    /// Commits all writes.
    async fn commit(self: Box<Self>) -> Result<()>;
    /// Discards all writes and returns when the locks are released. Dropping a unit discards them
    /// too, without waiting.
    async fn rollback(self: Box<Self>);
}

/// A record that generic code reads and updates in a unit.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is missing from `with_records!` in ports/src/records.rs"
)]
pub trait UpdatableInUnit: Record {
    /// Reads records of this kind.
    fn reader(unit: &mut dyn ReadUnit) -> &mut dyn RecordReader<Self>;
    /// Reads and updates records of this kind.
    fn updater(unit: &mut dyn UnitOfWork) -> &mut dyn RecordUpdater<Self>;
}

/// A record that generic code also inserts and removes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is missing from `with_records!` in ports/src/records.rs"
)]
pub trait InUnit: UpdatableInUnit {
    /// Reads and writes records of this kind.
    fn writer(unit: &mut dyn UnitOfWork) -> &mut dyn Records<Self>;
}

/// Declares both units. An adapter implements [`Transaction`] and the listed
/// traits; a type that has all of them is a unit.
///
/// - `records`, of [`with_records!`], have the five operations of [`Records`] and no others.
/// - `updated` records are read and updated like them, and written by a trait with additional
///   operations.
/// - `read` and `write` list everything else.
macro_rules! units {
    (
        records { $($name:ident: $record:ty,)* }
        updated { $($special:ident: $updated:ty => $operations:ident,)* }
        read { $($reader:ident: $reads:ident,)* }
        write { $($writer:ident: $writes:ident,)* }
    ) => {
        /// A consistent, read-only view of one organization's records.
        pub trait ReadUnit: Send {$(
            #[doc = concat!("Reads `", stringify!($name), "`.")]
            fn $name(&mut self) -> &mut dyn RecordReader<$record>;
        )*$(
            #[doc = concat!("Reads `", stringify!($special), "`.")]
            fn $special(&mut self) -> &mut dyn RecordReader<$updated>;
        )*$(
            #[doc = concat!("Reads `", stringify!($reader), "`.")]
            fn $reader(&mut self) -> &mut dyn $reads;
        )*}

        impl<T> ReadUnit for T
        where
            T: Send $(+ RecordReader<$record>)* $(+ RecordReader<$updated>)* $(+ $reads)*,
        {
            $(fn $name(&mut self) -> &mut dyn RecordReader<$record> { self })*
            $(fn $special(&mut self) -> &mut dyn RecordReader<$updated> { self })*
            $(fn $reader(&mut self) -> &mut dyn $reads { self })*
        }

        /// A transaction on one organization's records. Dropped without [`Transaction::commit`], it
        /// discards its writes. It cannot be used after the commit:
        ///
        /// ```compile_fail
        /// # use plinth_domain::ProjectId;
        /// # use plinth_ports::{Result, UnitOfWork};
        /// # async fn late(mut unit: Box<dyn UnitOfWork>, id: ProjectId) -> Result<()> {
        /// unit.commit().await?;
        /// unit.projects().find(id).await?;
        /// # Ok(())
        /// # }
        /// ```
        pub trait UnitOfWork: Transaction {$(
            #[doc = concat!("Reads and writes `", stringify!($name), "`.")]
            fn $name(&mut self) -> &mut dyn Records<$record>;
        )*$(
            #[doc = concat!("Reads and writes `", stringify!($special), "`.")]
            fn $special(&mut self) -> &mut dyn $operations;
        )*$(
            #[doc = concat!("Reads and writes `", stringify!($writer), "`.")]
            fn $writer(&mut self) -> &mut dyn $writes;
        )*}

        impl<T> UnitOfWork for T
        where
            T: Transaction $(+ Records<$record>)* $(+ $operations)* $(+ $writes)*,
        {
            $(fn $name(&mut self) -> &mut dyn Records<$record> { self })*
            $(fn $special(&mut self) -> &mut dyn $operations { self })*
            $(fn $writer(&mut self) -> &mut dyn $writes { self })*
        }

        $(
            impl UpdatableInUnit for $record {
                fn reader(unit: &mut dyn ReadUnit) -> &mut dyn RecordReader<Self> { unit.$name() }
                fn updater(unit: &mut dyn UnitOfWork) -> &mut dyn RecordUpdater<Self> { unit.$name() }
            }
            impl InUnit for $record {
                fn writer(unit: &mut dyn UnitOfWork) -> &mut dyn Records<Self> { unit.$name() }
            }
        )*
        $(impl UpdatableInUnit for $updated {
            fn reader(unit: &mut dyn ReadUnit) -> &mut dyn RecordReader<Self> { unit.$special() }
            fn updater(unit: &mut dyn UnitOfWork) -> &mut dyn RecordUpdater<Self> { unit.$special() }
        })*
    };
}

crate::with_records! {
    units! {
        updated {
            invitations: Invitation => Invitations,
            api_keys: ApiKey => ApiKeys,
            jobs: Job => Jobs,
            payments: Payment => Payments,
            bank_transactions: BankTransaction => BankTransactions,
            dunning_notices: DunningNotice => DunningNotices,
            executions: Execution => Executions,
            agent_runs: AgentRun => AgentRuns,
            notifications: Notification => Notifications,
        }
        read {
            organization: OrganizationReader,
            members: MemberReader,
            feature_flags: FeatureFlagReader,
            contract_positions: ContractPositionReader,
            contract_amendments: ContractAmendmentReader,
            journal: JournalReader,
            feed: FeedReader,
            invoice_lines: InvoiceLineReader,
            party_keys: PartyKeyReader,
            reports: Reports,
            invoice_pdfs: InvoicePdfReader,
            invoice_attachments: InvoiceAttachmentReader,
            allocations: AllocationReader,
            dunning: DunningReader,
            accounting: AccountingReader,
            model_catalogue: ModelCatalogue,
            model_prices: ModelPriceReader,
            prompt_versions: PromptVersionReader,
            execution_parts: ExecutionReader,
            execution_scores: ExecutionScoreReader,
            agent_run_parts: AgentRunReader,
            budget_periods: BudgetReader,
            answer_lengths: AnswerLengthReader,
            document_chunks: DocumentChunkReader,
            dataset_items: DatasetItemReader,
            evaluation_results: EvaluationResultReader,
            webhook_deliveries: WebhookDeliveryReader,
            usage: UsageReader,
            team_members: TeamMemberReader,
            project_grants: ProjectGrantReader,
            notification_settings: NotificationSettingsReader,
            notification_counts: NotificationCounts,
            sso: SsoReader,
        }
        write {
            organization: Organizations,
            members: Members,
            feature_flags: FeatureFlags,
            contract_positions: ContractPositions,
            contract_amendments: ContractAmendments,
            document_contents: DocumentContents,
            document_chunks: DocumentChunks,
            dataset_items: DatasetItems,
            evaluation_results: EvaluationResults,
            webhook_deliveries: WebhookDeliveries,
            team_members: TeamMembers,
            project_grants: ProjectGrants,
            notification_settings: NotificationPreferences,
            comment_threads: CommentThreads,
            execution_scores: ExecutionScores,
            uploads: Uploads,
            usage: Usage,
            invoice_lines: InvoiceLines,
            overdue_notices: OverdueNotices,
            party_keys: PartyKeyReader,
            invoice_pdfs: InvoicePdfs,
            invoice_attachments: InvoiceAttachments,
            allocations: Allocations,
            accounting: AccountingReader,
            model_catalogue: ModelCatalogue,
            model_prices: ModelPrices,
            budget_periods: BudgetLedger,
            answer_lengths: AnswerLengths,
            secrets: SealedSecrets,
            sso: Sso,
            prompt_versions: PromptVersions,
            number_series: Series,
            journal: Journal,
            idempotency: Idempotency,
        }
    }
}

//! The ports: traits by which the application reaches the database and other services. Adapters
//! implement them.

mod access_cache;
mod agent_runner;
mod batch;
mod blobs;
mod bus;
mod catalogue_cache;
mod clock;
mod codes;
mod directory;
pub mod e_documents;
mod error;
mod execution_meter;
mod health;
mod inspector;
mod invoice_renderer;
mod job_queue;
mod journal;
mod leaderboards;
mod leadership;
mod mail_renderer;
mod mailer;
mod model_client;
mod oidc;
mod operators;
mod outgoing_addresses;
mod page;
mod password_hasher;
mod printed_invoice;
mod prompt_templates;
mod rate_limiter;
pub mod records;
mod reply;
mod report_writer;
mod search;
mod second_factor;
mod secret_vault;
mod secrets;
mod selection;
mod sent_mails;
mod sequencer;
mod session_client;
mod sso_logins;
mod storage_ledger;
mod storage_owner;
mod store;
mod system_store;
mod tenant_archive;
mod txt_lookup;
mod user_avatars;
mod user_identities;
mod webhook_queue;
mod webhook_sender;

pub use access_cache::{AccessCache, Cached, CachedAccess, Invalidation};
pub use agent_runner::{
    AGENT_CODES, AgentAccess, AgentAnswer, AgentCitation, AgentEvent, AgentEvents, AgentFault,
    AgentGraph, AgentPart, AgentRunner, AgentStart, AgentStopped, AgentUpdate, AgentUsage,
};
pub use batch::{Batch, Budget, Limit};
pub use blobs::{
    BlobInfo, Blobs, ByteStream, Disposition, MultipartId, PART_BYTES, PartReceipt, PresignedUrl,
};
pub use bus::{Bus, Signal, SignalHandler, Signals};
pub use catalogue_cache::{BudgetRules, CatalogueCache, CatalogueEntry, CatalogueKey};
pub use clock::{Clock, Ids};
pub use codes::CODES;
pub use directory::{
    Cell, CellChanges, CellStore, ChangedOrganization, ChangedUser, Directory, NewIdentity, Place,
    Refused, Whereabouts,
};
pub use error::{Result, StoreError};
pub use execution_meter::ExecutionMeter;
pub use health::{Down, Health};
pub use inspector::{Findings, Inspection, Inspector, InspectorError, Thumbnail, Unreadable};
pub use invoice_renderer::{
    GlyphCoverage, INVOICE_LOGO_UNREADABLE, INVOICE_NO_GLYPH, INVOICE_PAYMENT_CODE,
    INVOICE_TEMPLATE_BROKEN, INVOICE_TOO_LONG, INVOICE_TOO_SLOW, InvoiceRenderer, Logo, LogoFormat,
    RENDERING_CODES, RenderRequest, RenderedInvoice, RendererError, Unprintable,
};
pub use job_queue::{
    Backlog, Claim, Held, JobOutcome, JobQueue, Lease, LeasedJob, Reap, Reaped, Settlement,
};
pub use journal::{Actor, JournalEntry, JournalRecord, Origin, Outcome, Subject};
pub use leaderboards::{InvalidBoard, Leaderboards, Standing};
pub use leadership::{Lead, Leadership};
pub use mail_renderer::{MailDraft, MailKind, MailRenderer, MailTemplateError};
pub use mailer::{Mail, MailContent, Mailer, MailerError};
pub use model_client::{
    AnswerName, CallError, ChatAnswer, ChatEvent, ChatRequest, Embeddings, ModelClient,
    ModelEndpoint,
};
pub use oidc::{
    AuthorizationRequest, CodeExchange, ConfirmedIdentity, OidcClient, OidcError, OidcProvider,
};
pub use operators::{
    DeadJob, ErasureCertificate, NewestFirst, OperatorEntry, OperatorEntryId, OperatorLog,
    Operators, OrganizationFigures, SupportSessions,
};
pub use outgoing_addresses::OutgoingAddresses;
pub use page::{Direction, PAGE_BYTES, Page, PageRequest, Position, Sort, SortKey, SortValue};
pub use password_hasher::{HasherError, Match, PasswordHash, PasswordHasher};
pub use printed_invoice::{
    CreditTransfer, PrintedAdjustment, PrintedCashDiscount, PrintedDeduction, PrintedDetails,
    PrintedInvoice, PrintedKind, PrintedLine, PrintedRetention, PrintedSeller, PrintedTax,
    PrintedTotals, TransferReference,
};
pub use prompt_templates::{
    CONTEXT_VARIABLE, PROMPT_OUTPUT_TOO_LONG, PROMPT_RENDER_FAILED, PROMPT_SCHEMA_INVALID,
    PROMPT_TEMPLATE_SYNTAX, PROMPT_TOO_MUCH_WORK, PROMPT_VARIABLE_INVALID, PROMPT_VARIABLE_MISSING,
    PROMPT_VARIABLE_UNDECLARED, PROMPT_VARIABLES_TOO_LARGE, PromptTemplates, RENDERED_BYTES,
    TEMPLATE_CODES, TemplateFault, VARIABLES_BYTES,
};
pub use rate_limiter::{Allowance, Quota, RateDecision, RateLimiter};
pub use records::{
    Constraint, OnRemoval, Record, RecordReader, RecordUpdater, Records, Reference, SEARCHED_BYTES,
    Unique,
    accounting::{AccountingReader, BookedWindow},
    agent_runs::{
        AGENT_EVENT_BYTES, AgentProgress, AgentRunCost, AgentRunEvent, AgentRunFilter,
        AgentRunReader, AgentRunSort, AgentRuns, NewAgentEvent,
    },
    allocations::{AllocationReader, Allocations},
    answer_lengths::{AnswerLengthReader, AnswerLengths},
    api_keys::{ApiKeySort, ApiKeys},
    bank_transactions::{BankTransactionFilter, BankTransactionSort, BankTransactions},
    budgets::{BudgetFilter, BudgetLedger, BudgetReader, BudgetSort, Reserved},
    comments::{CommentFilter, CommentSort, CommentThreads, NEWEST_COMMENTS},
    contract_positions::{
        ContractAmendmentReader, ContractAmendments, ContractPositionReader, ContractPositions,
    },
    dataset_items::{DatasetItemReader, DatasetItemSort, DatasetItems},
    datasets::{DatasetFilter, DatasetSort},
    document_chunks::{ChunkFilter, DocumentChunkReader, DocumentChunks, FoundChunk},
    document_contents::{DOCUMENT_TEXT_BYTES, DocumentContents},
    document_versions::{DocumentVersionFilter, DocumentVersionSort},
    documents::{DocumentFilter, DocumentSort},
    dunning_notices::{
        DueForDunning, DunningNoticeFilter, DunningNoticeSort, DunningNotices, DunningReader,
    },
    evaluation_results::{
        Contest, Contestant, EvaluationResultFilter, EvaluationResultReader, EvaluationResultSort,
        EvaluationResults, Ranked,
    },
    evaluations::{EvaluationFilter, EvaluationSort},
    evaluators::{EvaluatorFilter, EvaluatorSort},
    execution_scores::{
        ExecutionScoreReader, ExecutionScoreSort, ExecutionScores, ScoreQuery, ScoreSummary,
    },
    executions::{
        ExecutionFilter, ExecutionLeases, ExecutionProgress, ExecutionReader, ExecutionSort,
        Executions, LeaseState, OutputPiece, PIECE_BYTES,
    },
    feature_flags::{FeatureFlagReader, FeatureFlags},
    feed::{ChainHash, ChainStart, EntryRange, FeedReader, Numbered, Span},
    idempotency::Idempotency,
    invitations::{InvitationSort, Invitations},
    invoice_attachments::{InvoiceAttachmentReader, InvoiceAttachments},
    invoice_pdfs::{InvoicePdfReader, InvoicePdfs},
    invoices::{InvoiceFilter, InvoiceLineReader, InvoiceLines, InvoiceSort},
    jobs::{JobFilter, JobSort, Jobs},
    journal::{Journal, JournalFilter, JournalReader, JournalSort},
    members::{Member, MemberReader, MemberSort, Members, Owners},
    model_prices::{ModelPriceReader, ModelPriceSort, ModelPrices},
    models::{CallableModel, ModelCatalogue, ModelChoice, ModelFilter, ModelSort},
    notifications::{
        NotificationCounts, NotificationDigest, NotificationFilter, NotificationPreferences,
        NotificationSettingsReader, NotificationSort, Notifications,
    },
    organizations::{OrganizationReader, Organizations},
    overdue_notices::OverdueNotices,
    parties::{PartyKeyReader, PartyKeys},
    payments::{PaymentFilter, PaymentSort, Payments},
    project_grants::{InProject, ProjectGrantReader, ProjectGrants},
    projects::{ProjectFilter, ProjectSort},
    prompt_versions::{PromptKey, PromptVersionReader, PromptVersionSort, PromptVersions},
    prompts::{PromptFilter, PromptSort},
    reports::Reports,
    roles::CustomRoleSort,
    secrets::SealedSecrets,
    series::{Series, SeriesKey, Taken},
    sso::{Sso, SsoReader},
    support_access::SupportAccessSort,
    support_sessions::{SupportSessionFilter, SupportSessionSort},
    teams::{TeamMemberReader, TeamMemberSort, TeamMembers, TeamSort},
    uploads::Uploads,
    usage::{ApiCalls, Counted, CountedCalls, Usage, UsageReader, UsedAmount},
    webhook_deliveries::{
        WebhookDeliveries, WebhookDeliveryFilter, WebhookDeliveryReader, WebhookDeliverySort,
        WebhookProgress,
    },
    webhooks::{WebhookFilter, WebhookSort},
};
pub use reply::{IdempotencyClaim, IdempotencyKey, StoredReply};
pub use report_writer::{ReportFormat, ReportRows, ReportWriter};
pub use search::Search;
pub use second_factor::{QrCodes, SecondFactor, TooLong};
pub use secret_vault::{
    OutdatedSecret, SealedSecret, SecretKeys, SecretOwner, SecretVault, VaultError, WrappedKey,
};
pub use secrets::{Secrets, TokenHash, TokenKey};
pub use selection::{OneOf, TimeRange, Times, Total};
pub use sent_mails::{SentMail, SentMails};
pub use sequencer::{Defect, Head, Lag, Link, NUMBER_TAKEN, Sequencer, Waiting};
pub use session_client::SessionClient;
pub use sso_logins::{SSO_IDENTITY_TAKEN, SsoLogins};
pub use storage_ledger::{BlobStatus, LedgerEntry, StorageLedger, UnprocessedVersion};
pub use storage_owner::StorageOwner;
pub use store::{InUnit, ReadUnit, Store, Transaction, UnitOfWork, UpdatableInUnit};
pub use system_store::{
    Admission, Affiliation, ClientSession, Inviter, Login, SessionTokens, SystemStore, SystemUnit,
};
pub use tenant_archive::{
    ArchivedContent, ArchivedRow, ArchivedTable, JournalHead, TenantArchive, TenantSnapshot,
};
pub use txt_lookup::{TxtError, TxtLookup};
pub use user_avatars::{MAX_AVATAR_BYTES, UserAvatar, UserAvatarId, UserAvatars};
pub use user_identities::{
    IDENTITY_TAKEN, MAX_USER_IDENTITIES, UserIdentities, UserIdentity, UserIdentityId,
};
pub use webhook_queue::{WebhookClaim, WebhookQueue};
pub use webhook_sender::{WebhookCall, WebhookSender};

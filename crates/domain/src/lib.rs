//! The business rules: value types that are always valid, records as state machines, and
//! permissions.
//!
//! No IO, no async, no serialization: all code here can be tested in isolation.

mod access;
pub mod accounting;
mod address_block;
mod agent_run;
mod api_key;
mod assigned_role;
mod bank_transaction;
pub mod billing;
mod billing_settings;
mod blob_key;
mod budget;
mod catalogue;
mod code;
pub mod codes;
mod comment;
mod content_type;
mod contract;
mod currency;
mod custom_role;
mod dataset;
mod decimal;
mod document;
mod document_chunk;
mod document_kind;
mod document_link;
mod domain_name;
mod dunning;
mod email;
mod evaluation;
mod evaluator;
mod execution;
mod feature_flag;
mod id;
mod invalid;
mod invitation;
mod invoice;
mod job;
mod json;
mod local_path;
mod membership;
mod model;
mod model_call;
mod money;
mod notification;
mod operator;
mod organization;
mod organization_domain;
mod organization_export;
mod organization_id;
mod organization_settings;
mod party;
mod password;
mod patch;
mod payment;
mod permission;
mod plan;
pub mod pricing;
mod project;
mod project_grant;
mod project_values;
mod prompt;
pub mod remittance;
mod revision;
mod role;
pub mod search;
mod second_factor;
mod secret;
mod seller;
mod series_pattern;
mod session;
mod slug;
mod sso;
mod support_access;
mod team;
mod text;
mod upload;
mod user;
mod user_agent;
mod vat;
mod webhook;

pub use access::{Access, Assurance, Forbidden, Principal, TenantScope};
pub use address_block::{AddressBlock, Network};
pub use agent_run::{
    AGENT_RUN_ANSWERED, AGENT_RUN_CANCELLED, AgentGraphName, AgentModel, AgentQuestion, AgentRun,
    AgentRunDraft, AgentRunEnding, AgentRunId, AgentRunStatus, MAX_AGENT_SPENDING,
};
pub use api_key::{ApiKey, ApiKeyDraft, ApiKeyId, BoundPrompts, DelegationError, Grant};
pub use assigned_role::{AssignedRole, RoleRef};
pub use bank_transaction::{
    BankTransaction, BankTransactionId, BankTransactionStatus, MAX_CANDIDATES, Match, OpenInvoice,
    OpenInvoices,
};
pub use billing_settings::{FiscalYearStart, PayableApproval};
pub use blob_key::{BlobKey, BlobLocation, ThumbnailSize};
pub use budget::{
    Budget, BudgetChanges, BudgetDraft, BudgetId, BudgetOrigin, BudgetPeriod, BudgetPeriodId,
    BudgetScope, BudgetSpending, MAX_BUDGET, MAX_COST, Reservation, Settled,
};
pub use catalogue::CODES;
pub use code::Code;
pub use comment::{
    Comment, CommentBody, CommentChanges, CommentDraft, CommentId, CommentSubject,
    CommentSubjectKind, Mentions,
};
pub use content_type::ContentType;
pub use contract::{
    Amended, Contract, ContractAmendment, ContractAmendmentDraft, ContractChanges, ContractDraft,
    ContractError, ContractId, ContractNumber, ContractPosition, ContractRole, ContractStatus,
    MAX_AMENDMENTS, MAX_POSITIONS, PositionDraft, Termination, agreed_by_position,
};
pub use currency::{CURRENCY_DIFFERS, Currency};
pub use custom_role::{
    CustomRole, CustomRoleChanges, CustomRoleDraft, CustomRoleId, CustomRoleName, RolePermissions,
};
pub use dataset::{
    Dataset, DatasetChanges, DatasetDraft, DatasetFull, DatasetId, DatasetItem, DatasetItemContent,
    DatasetItemId,
};
pub use decimal::{Quantity, UnitPrice};
pub use document::{
    DOCUMENT_CONTENT_LOST, DOCUMENT_CORRUPTED, DOCUMENT_MALFORMED, DOCUMENT_PROCESSING_FAILED,
    DOCUMENT_TOO_COMPLEX, DOCUMENT_TOO_SLOW, DOCUMENT_UNSUPPORTED, Document, DocumentChanges,
    DocumentDraft, DocumentId, DocumentVersion, DocumentVersionId, Processing, Verdict,
};
pub use document_chunk::{DocumentChunk, DocumentChunkId, Embedding, EmbeddingSpace};
pub use document_kind::DocumentKind;
pub use document_link::{
    DocumentLink, DocumentLinkChanges, DocumentLinkDraft, DocumentLinkId, LinkPassword,
    MaxDownloads,
};
pub use domain_name::DomainName;
pub use dunning::{
    Base, BaseRate, DunningCase, DunningChanges, DunningClaim, DunningLaw, DunningLevel,
    DunningNotice, DunningNoticeId, DunningSettings, DunningStatus, InterestPeriod, MAX_BASE_RATES,
    MAX_FEE, MAX_LEVELS, MAX_PERIODS, StatedRate,
};
pub use email::Email;
pub use evaluation::{
    Criterion, Evaluation, EvaluationDraft, EvaluationId, EvaluationProgress, EvaluationResult,
    EvaluationResultId, EvaluationStatus, Pinned,
};
pub use evaluator::{
    Evaluator, EvaluatorChanges, EvaluatorDefinition, EvaluatorDraft, EvaluatorId, EvaluatorKind,
    EvaluatorParts, EvaluatorPartsPatch, FaultyPart, Pattern, Score,
};
pub use execution::{
    Answer, Attempt, Cause, EXECUTION_CANCELLED, EXECUTION_INTERRUPTED, Ending, Engine, Execution,
    ExecutionContext, ExecutionDraft, ExecutionId, ExecutionScore, ExecutionScoreId,
    ExecutionStatus, ExecutionTags, Failure, MAX_EXECUTION_SCORES, MAX_INPUT_BYTES,
    MAX_OUTPUT_BYTES, OUTPUT_IN_ROW, ScoreKind, ScoreName, ScoreNumber, ScoreSource, ScoreValue,
    UsageSource, UsedChunk, VectorUse,
};
pub use feature_flag::{FeatureFlag, FlagKey, FlagOverride, FlagOverrideId};
pub use id::{EntryId, Family, FamilyId, Id};
pub use invalid::Invalid;
pub use invitation::{Invitation, InvitationId, InvitationState};
pub(crate) use invoice::values::named;
pub use invoice::{
    Adjustment, Approval, Attachment, AttachmentType, CashDiscount, CashUnit, Deduction,
    DocumentNumber, DocumentParties, DocumentParty, ExemptionReason, Invoice, InvoiceChanges,
    InvoiceContent, InvoiceDirection, InvoiceDraft, InvoiceError, InvoiceId, InvoiceKind,
    InvoiceLine, InvoicePdf, InvoiceStatus, Issuing, LineDraft, MAX_ADJUSTMENTS,
    MAX_ATTACHED_BYTES, MAX_ATTACHMENTS, MAX_DEDUCTIONS, MAX_DISCOUNTS, MAX_LINES,
    MAX_RECEIVED_FILES, MAX_RECEIVED_WARNINGS, Place, Received, ReceivedDraft, ReceivedFindings,
    ReceivedWarning, Review, Settlement, Taxation, UnitCode,
};
pub use job::{Job, JobCause, JobDraft, JobId, JobState};
pub use json::{JsonObject, JsonText};
pub use local_path::LocalPath;
pub use membership::{MemberKind, Membership, MembershipError, MembershipId};
pub use model::{
    BaseUrl, MAX_FALLBACKS, MAX_TOKEN_RATE, Model, ModelCapability, ModelChanges, ModelDraft,
    ModelError, ModelId, ModelKind, ModelName, ModelPrice, ModelPriceId, ModelStatus, TokenRates,
};
pub use model_call::{
    FinishReason, ModelFault, ModelProvider, ModelTimeouts, TimeoutChanges, TokenUsage,
};
pub use money::{MAX_AMOUNT, Money, amount, rounded};
pub use notification::{
    Channels, MailTiming, Notification, NotificationId, NotificationKind, NotificationSettings,
    NotificationSettingsChanges,
};
pub use operator::{Announcement, AnnouncementId, AnnouncementText, OperatorName, OperatorReason};
pub use organization::{Organization, OrganizationChanges, OrganizationStatus};
pub use organization_domain::{DomainChallenge, OrganizationDomain, OrganizationDomainId};
pub use organization_export::{
    ExportFile, ExportState, ExportStatus, OrganizationExport, OrganizationExportId,
};
pub use organization_id::{OrganizationId, Tenant};
pub use organization_settings::{
    Locale, OrganizationSettings, RetentionDays, SettingsChanges, Timezone, UploadLimit,
};
pub use party::{
    Address, AddressChanges, BankAccount, BankAccountChanges, Bic, Contact, ContactChanges,
    Country, EInvoiceAddress, EInvoiceScheme, Iban, Language, LeitwegId, MAX_UNIT_CODES, Party,
    PartyChanges, PartyDraft, PartyId, PartyRole, PaymentTerms, UnitCodes, VatId,
};
pub use password::Password;
pub use patch::Patch;
pub use payment::{
    Allocated, Allocation, AllocationId, AllocationKind, Countered, Earlier, Payment,
    PaymentChanges, PaymentDirection, PaymentDraft, PaymentError, PaymentId, PaymentMethod,
    PaymentStatus, Reversed, Share, Target, offset,
};
pub use permission::{Permission, PermissionSet};
pub use plan::{
    BillingReference, LimitUse, PLAN_NAME, PlanAssignment, PlanLimit, PlanLimits, PlanName,
    UsageMeasure,
};
pub use project::{Project, ProjectChanges, ProjectDraft, ProjectError, ProjectId};
pub use project_grant::{
    Grantee, PROJECT_ROLE_OWNER, ProjectGrant, ProjectGrantId, ProjectRights, check_project_role,
};
pub use project_values::{ProjectCode, ProjectStatus, Schedule};
pub use prompt::{
    GateNotPassed, LabelledVersion, MAX_PROMPT_FALLBACKS, MAX_PROMPT_LABELS, MAX_PROMPT_VERSIONS,
    Prompt, PromptChanges, PromptChoice, PromptDraft, PromptId, PromptLabel, PromptMessage,
    PromptMessages, PromptName, PromptRole, PromptTags, PromptText, PromptVersion,
    PromptVersionDraft, PromptVersionId, PromptVersionOrigin, ProtectedLabels, ReleaseGate,
    RenderedMessage, VersionsExhausted,
};
pub use revision::{Revision, Version};
pub use role::Role;
pub use second_factor::{FactorProof, OneTimeCode, RecoveryCode};
pub use secret::{Secret, SecretId, SecretRef, SecretText};
pub use seller::{ManagingDirectors, Seller, SellerChanges};
pub use series_pattern::{NumberPatterns, NumberPatternsChanges, SeriesKind, SeriesPattern};
pub use session::{Session, SessionId, SessionState};
pub use slug::Slug;
pub use sso::{
    RoleMapping, RoleRule, SsoClientId, SsoConnection, SsoConnectionId, SsoIdentity, SsoIdentityId,
    SsoIssuer, SsoRole, SsoValues,
};
pub use support_access::{
    SupportAccess, SupportAccessDraft, SupportAccessId, SupportSession, SupportSessionId,
    SupportToken,
};
pub use team::{Team, TeamChanges, TeamDraft, TeamId, TeamMember};
pub use text::{Description, Lines, Name, Text, is_direction_control};
pub use upload::{
    Upload, UploadId, UploadMethod, UploadProgress, UploadState, UploadTail, UploadTarget,
};
pub use user::{User, UserId, UserStatus};
pub use user_agent::UserAgent;
pub use vat::{BasisPoints, Vat, VatCategory};
pub use webhook::{
    EventPattern, HeadersRef, MAX_EVENT_PATTERNS, MAX_EXCERPT, MAX_HEADERS, PreviousSecret,
    SECRET_OVERLAP, Webhook, WebhookAttempt, WebhookAttemptId, WebhookCause, WebhookChanges,
    WebhookDelivery, WebhookDeliveryId, WebhookDeliveryStatus, WebhookDraft, WebhookHeaders,
    WebhookId, WebhookMessage, WebhookPause, WebhookReply, WebhookSubject, WebhookTurn, WebhookUrl,
    WebhookVersion,
};

/// A moment in UTC, to the microsecond that PostgreSQL keeps.
pub type Timestamp = chrono::DateTime<chrono::Utc>;

/// A transition that the current state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot {attempted}: it is {from}")]
pub struct InvalidTransition {
    /// The current state, as the API names it.
    pub from: &'static str,
    /// The attempted transition, as a verb.
    pub attempted: &'static str,
}

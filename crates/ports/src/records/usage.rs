//! How much an organization has of what is limited, and what it has used.

use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{OrganizationId, PlanLimit, PlanName, Timestamp, UsageMeasure};

use crate::Result;

/// What a limit counts, other than the records of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Members, and the open invitations that may become members.
    Members,
    /// Open invitations.
    OpenInvitations,
    /// API keys that are neither revoked nor expired.
    LiveApiKeys,
    /// Open uploads.
    OpenUploads,
    /// The bytes of all versions, and those of open uploads: as declared, and as many as the storage
    /// may hold of one whose length is not known.
    StoredBytes,
    /// The executions that were begun in this month, in UTC.
    Executions,
    /// What executions have cost that ended in this month, in UTC, and what is held for those
    /// that are queued or run, in nano-USD.
    AiCost,
}

impl Counted {
    /// Everything that is counted.
    pub const ALL: [Self; 7] = [
        Self::Members,
        Self::OpenInvitations,
        Self::LiveApiKeys,
        Self::OpenUploads,
        Self::StoredBytes,
        Self::Executions,
        Self::AiCost,
    ];

    /// The name in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::OpenInvitations => "open invitations",
            Self::LiveApiKeys => "API keys",
            Self::OpenUploads => "open uploads",
            Self::StoredBytes => "stored bytes",
            Self::Executions => "executions a month",
            Self::AiCost => "nano-USD of executions a month",
        }
    }

    /// The limit of a plan that it counts for.
    #[must_use]
    pub const fn plan_limit(self) -> Option<PlanLimit> {
        match self {
            Self::Members => Some(PlanLimit::Members),
            Self::StoredBytes => Some(PlanLimit::StorageBytes),
            Self::Executions => Some(PlanLimit::ExecutionsPerMonth),
            Self::AiCost => Some(PlanLimit::AiNanoUsdPerMonth),
            Self::OpenInvitations | Self::LiveApiKeys | Self::OpenUploads => None,
        }
    }
}

/// What was used in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedAmount {
    /// What was used.
    pub measure: UsageMeasure,
    /// The first day of the period.
    pub starts_on: NaiveDate,
    /// How much.
    pub amount: u64,
}

/// Reads what the organization has and uses.
#[async_trait]
pub trait UsageReader: Send {
    /// Counts what the organization has at `now`.
    async fn count(&mut self, counted: Counted, now: Timestamp) -> Result<u64>;
    /// What was used in the periods that begin on this day or later, in the order of the periods.
    async fn used_since(&mut self, day: NaiveDate) -> Result<Vec<UsedAmount>>;
}

/// Counts what the organization has, before it gets more.
#[async_trait]
pub trait Usage: UsageReader {
    /// Waits for other units of work that hold the lock of this name, and holds it until this one
    /// ends. What is counted after it includes what they have written.
    async fn lock(&mut self, name: &'static str) -> Result<()>;
    /// Like [`lock`](Self::lock), and answers the organization's plan, as it was when the wait began.
    async fn lock_with_plan(&mut self, name: &'static str) -> Result<Option<PlanName>>;
    /// Marks that the organization was warned of a limit in the period that begins on this day. Returns
    /// whether it was not before.
    async fn mark_warned(&mut self, limit: PlanLimit, starts_on: NaiveDate) -> Result<bool>;
}

/// Requests of the API that an organization has made on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiCalls {
    /// The organization.
    pub organization: OrganizationId,
    /// The day, in UTC.
    pub day: NaiveDate,
    /// How many.
    pub calls: u64,
}

/// All requests of the API on a day, of all processes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedCalls {
    /// The organization, the day and the sum.
    pub total: ApiCalls,
    /// The plan of the organization.
    pub plan: Option<PlanName>,
}

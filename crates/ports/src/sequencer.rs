use std::time::Duration;

use async_trait::async_trait;
use plinth_domain::{EntryId, OrganizationId};

use crate::{
    Batch, ChainHash, ChainStart, Constraint, EntryRange, JournalRecord, Limit, Numbered, Result,
};

/// An audit record that is committed and has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The audit record's identity.
    pub entry: EntryId,
    /// The audit record, or why it cannot be numbered.
    pub record: Result<JournalRecord, Defect>,
}

/// Why an audit record cannot be numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// It does not exist any more: its partition was dropped.
    Missing,
    /// A column holds what it must not hold.
    Unreadable,
    /// The store refuses its number.
    Refused,
}

impl Defect {
    /// Its name in the database and in logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
            Self::Refused => "refused",
        }
    }
}

/// Another sequencer has assigned the number first.
pub const NUMBER_TAKEN: Constraint = Constraint("journal_sequence_organization_id_number_key");

/// The last audit record with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The number, from 1.
    pub number: i64,
    /// The hash over it and all records before it.
    pub hash: ChainHash,
}

/// The number and hash of an audit record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The audit record.
    pub entry: EntryId,
    /// The number: that of the previous record plus one.
    pub number: i64,
    /// The hash over it and all records before it.
    pub hash: ChainHash,
}

/// The audit records without a number, those that were set aside excluded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lag {
    /// How many there are.
    pub entries: u64,
    /// How long the first of them has waited.
    pub age: Duration,
}

/// Numbers the audit records of all organizations.
#[async_trait]
pub trait Sequencer: Send + Sync {
    /// The records without a number, in the order of their writing: a record that
    /// was written after another one was committed follows it.
    async fn pending(&self, limit: Limit) -> Result<Batch<Waiting>>;

    /// How far the numbers are behind.
    async fn lag(&self) -> Result<Lag>;

    /// Sets audit records aside that cannot be numbered, so that the others get
    /// their numbers. Returns how many of them were still pending.
    async fn quarantine(&self, entries: &[(OrganizationId, EntryId, Defect)]) -> Result<u64>;

    /// The number of audit records that were set aside.
    async fn quarantined(&self) -> Result<u64>;

    /// The number of an organization's audit records without a number, those that were set aside
    /// included: 0 once the organization is drained, as before its rows are moved.
    async fn waiting(&self, organization: OrganizationId) -> Result<u64>;

    /// The last numbered record of each of these organizations, if it ever had one. It may have been
    /// removed since.
    async fn heads(&self, organizations: &[OrganizationId]) -> Result<Vec<Head>>;

    /// Assigns these numbers, all or none.
    /// [`Conflict`](crate::StoreError::Conflict) when another sequencer has
    /// assigned one of them.
    async fn link(&self, links: &[Link]) -> Result<()>;

    /// The numbered records of any organization after `number`, like
    /// [`FeedReader::after`](crate::FeedReader::after) for the organization in
    /// scope.
    async fn numbered(
        &self,
        organization: OrganizationId,
        number: i64,
        limit: Limit,
    ) -> Result<Batch<Numbered>>;

    /// Where the numbers of any organization begin, like
    /// [`FeedReader::start`](crate::FeedReader::start).
    async fn start(&self, organization: OrganizationId) -> Result<Option<ChainStart>>;

    /// The first audit record of any organization without a number, like
    /// [`FeedReader::unnumbered`](crate::FeedReader::unnumbered).
    async fn unnumbered(
        &self,
        organization: OrganizationId,
        range: EntryRange,
    ) -> Result<Option<EntryId>>;

    /// Up to `limit` organizations after `after`, in the order of their
    /// identities.
    async fn organizations(
        &self,
        after: Option<OrganizationId>,
        limit: u32,
    ) -> Result<Vec<OrganizationId>>;
}

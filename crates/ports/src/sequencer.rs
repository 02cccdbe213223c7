use async_trait::async_trait;
use plinth_domain::{EntryId, OrganizationId};

use crate::{ChainHash, JournalRecord, Numbered, Result};

/// An audit record that is committed and has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The audit record.
    pub record: JournalRecord,
}

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

/// Numbers the audit records of all organizations.
#[async_trait]
pub trait Sequencer: Send + Sync {
    /// Up to `limit` records without a number, in the order of their writing: a
    /// record that was written after another one was committed follows it.
    async fn pending(&self, limit: u32) -> Result<Vec<Waiting>>;

    /// The last numbered record of each of these organizations, if it has one.
    async fn heads(&self, organizations: &[OrganizationId]) -> Result<Vec<Head>>;

    /// Assigns these numbers, all or none.
    /// [`Conflict`](crate::StoreError::Conflict) when another sequencer has
    /// assigned one of them.
    async fn link(&self, links: &[Link]) -> Result<()>;

    /// Up to `limit` numbered records of any organization after `number`, like
    /// [`FeedReader::after`](crate::FeedReader::after) for the organization in
    /// scope.
    async fn numbered(
        &self,
        organization: OrganizationId,
        number: i64,
        limit: u32,
    ) -> Result<Vec<Numbered>>;

    /// Up to `limit` organizations after `after`, in the order of their
    /// identities.
    async fn organizations(
        &self,
        after: Option<OrganizationId>,
        limit: u32,
    ) -> Result<Vec<OrganizationId>>;
}

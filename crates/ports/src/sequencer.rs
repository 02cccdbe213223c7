use async_trait::async_trait;
use plinth_domain::{EntryId, OrganizationId};

use crate::{JournalRecord, Numbered, Result};

/// SHA-256 over an entry of the journal and all before it.
pub type ChainHash = [u8; 32];

/// An entry that is committed and has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Whose it is.
    pub organization: OrganizationId,
    /// The entry.
    pub record: JournalRecord,
}

/// The last entry with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Whose.
    pub organization: OrganizationId,
    /// Its number, 1 or more.
    pub number: i64,
    /// Its hash.
    pub hash: ChainHash,
}

/// An entry's place in its organization's journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Whose.
    pub organization: OrganizationId,
    /// The entry.
    pub entry: EntryId,
    /// Its number: one more than that of the entry before it.
    pub number: i64,
    /// The hash over it and all before it.
    pub hash: ChainHash,
}

/// Gives numbers to the journals' entries, across organizations.
#[async_trait]
pub trait Sequencer: Send + Sync {
    /// Entries that wait, in the order in which they were written, `limit` at
    /// the most. What was written in the knowledge of another entry stands
    /// behind that one.
    async fn pending(&self, limit: u32) -> Result<Vec<Waiting>>;

    /// The last entry with a number of each of these organizations; none for
    /// one that has no such entry.
    async fn heads(&self, organizations: &[OrganizationId]) -> Result<Vec<Head>>;

    /// Gives these entries their numbers, all or none; they wait no longer.
    /// [`Conflict`](crate::StoreError::Conflict) when another sequencer was
    /// here meanwhile.
    async fn link(&self, links: &[Link]) -> Result<()>;

    /// Any organization's journal behind this number, as
    /// [`FeedReader::after`](crate::FeedReader::after) reads one's own.
    async fn numbered(
        &self,
        organization: OrganizationId,
        number: i64,
        limit: u32,
    ) -> Result<Vec<Numbered>>;

    /// The organizations behind this one, in the order of their identities.
    async fn organizations(
        &self,
        after: Option<OrganizationId>,
        limit: u32,
    ) -> Result<Vec<OrganizationId>>;
}

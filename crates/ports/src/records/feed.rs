//! The event stream: the audit log, read by the numbers of its records.

use async_trait::async_trait;
use plinth_domain::EntryId;

use crate::{Batch, JournalRecord, Limit, Result};

/// SHA-256 over an audit record and all records before it.
pub type ChainHash = [u8; 32];

/// A number of the event stream, and the audit record that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// The number; the first is 1, and none is left out.
    pub number: i64,
    /// The identity of the audit record.
    pub entry: EntryId,
    /// The hash over this record and all before it.
    pub hash: ChainHash,
    /// The audit record; `None` when it has been removed.
    pub record: Option<JournalRecord>,
}

/// A range of identities of audit records, which sort by time. Without a bound it is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EntryRange {
    /// The first identity.
    pub from: Option<EntryId>,
    /// The last identity.
    pub to: Option<EntryId>,
}

/// Where the numbers begin after the oldest records were removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainStart {
    /// The last number that was removed.
    pub number: i64,
    /// Its hash, which the hash of the next number covers.
    pub hash: ChainHash,
}

/// The range of numbers whose audit records exist.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// The first number whose record exists; `last` + 1 when none does any more, and
    /// 0 when there never was one.
    pub first: i64,
    /// The last number that was assigned; 0 when there is none.
    pub last: i64,
}

/// Reads audit records by their numbers.
#[async_trait]
pub trait FeedReader: Send {
    /// The range of numbers that can be read.
    async fn span(&mut self) -> Result<Span>;

    /// Where the numbers begin; `None` when they begin with 1.
    async fn start(&mut self) -> Result<Option<ChainStart>>;

    /// The numbers after `number`, in order; fewer where numbers are missing in
    /// between.
    async fn after(&mut self, number: i64, limit: Limit) -> Result<Batch<Numbered>>;

    /// The first audit record in this range that has no number and does not wait
    /// for one: it was set aside, or its place in the queue was removed.
    async fn unnumbered(&mut self, range: EntryRange) -> Result<Option<EntryId>>;
}

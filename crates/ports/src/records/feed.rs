//! The event stream: the audit log, read by the numbers of its records.

use async_trait::async_trait;
use plinth_domain::EntryId;

use crate::{JournalRecord, Result};

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

/// The range of numbers whose audit records exist.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// The first number whose record exists; 0 when there is none.
    pub first: i64,
    /// The last number that was assigned; 0 when there is none.
    pub last: i64,
}

/// Reads audit records by their numbers.
#[async_trait]
pub trait FeedReader: Send {
    /// The range of numbers that can be read.
    async fn span(&mut self) -> Result<Span>;

    /// Up to `limit` numbers after `number`, in order; fewer where numbers are
    /// missing in between.
    async fn after(&mut self, number: i64, limit: u32) -> Result<Vec<Numbered>>;
}

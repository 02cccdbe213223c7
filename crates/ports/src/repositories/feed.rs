use async_trait::async_trait;
use plinth_domain::EntryId;

use crate::{ChainHash, JournalRecord, Result};

/// A number of the journal, and what it was given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// The number, from 1 on.
    pub number: i64,
    /// The entry that it was given to.
    pub entry: EntryId,
    /// The hash over that entry and all before it.
    pub hash: ChainHash,
    /// The entry; `None` when it is not there any more.
    pub record: Option<JournalRecord>,
}

/// The numbers of which the entries are there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// The first; 0 when there is none.
    pub first: i64,
    /// The last number that was given; 0 when none was.
    pub last: i64,
}

/// Reads the journal by the numbers of its entries.
#[async_trait]
pub trait FeedReader: Send {
    /// What there is.
    async fn span(&mut self) -> Result<Span>;

    /// What follows this number, by number, `limit` at the most; fewer where
    /// numbers are missing in between.
    async fn after(&mut self, number: i64, limit: u32) -> Result<Vec<Numbered>>;
}

//! What the books are made of.

use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{Currency, accounting::Source};
use uuid::Uuid;

use crate::{Batch, Result};

/// A part of what is booked, in the order of day and identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookedWindow {
    /// The first place.
    pub from: (NaiveDate, Uuid),
    /// The last day.
    pub until: NaiveDate,
    /// Only what is in this currency.
    pub currency: Option<Currency>,
    /// The most sources.
    pub limit: u32,
}

/// Reads what entries are made of: issued documents that were not withdrawn, payments, and what settles
/// documents.
#[async_trait]
pub trait AccountingReader: Send {
    /// The sources of a window, in their order. A credit note that settles an invoice is none.
    async fn booked(&mut self, window: &BookedWindow) -> Result<Batch<Source>>;
    /// The highest account of customers, and of suppliers, that is a number of so many digits.
    async fn last_accounts(&mut self, digits: u32) -> Result<[Option<u32>; 2]>;
}

impl BookedWindow {
    /// One order of several ordered parts, each of which has the first sources of its kind.
    #[must_use]
    pub fn merged(&self, parts: Vec<Batch<Source>>) -> Batch<Source> {
        let ends = parts.iter().filter(|part| part.has_more);
        // What comes after the end of a part that goes on may come after more of that part.
        let end = ends.filter_map(|part| part.items.last().map(Source::place)).min();
        let mut items: Vec<_> = parts.into_iter().flat_map(|part| part.items).collect();
        items.sort_by_key(Source::place);
        let before = items.len();
        items.retain(|source| end.is_none_or(|end| source.place() <= end));
        items.truncate(self.limit as usize);
        let has_more = end.is_some() || items.len() < before;
        Batch { items, has_more }
    }
}

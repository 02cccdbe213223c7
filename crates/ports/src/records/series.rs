//! The numbers of documents, without gaps.

use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{SeriesKind, SeriesPattern};

use crate::Result;

/// A series: the documents of one kind in one fiscal year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeriesKey {
    /// The kind of document.
    pub kind: SeriesKind,
    /// The fiscal year; 0 for a series that goes on for ever.
    pub year: i32,
}

/// The next number of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// The number, from 1, and the series' pattern: that of its first number.
    Number(u64, SeriesPattern),
    /// The last number was given to a document of this later date.
    Behind(NaiveDate),
}

/// The series of an organization.
#[async_trait]
pub trait Series: Send {
    /// Takes the next number for a document of this date. The series is locked until the transaction
    /// ends, and a rollback gives the number back: so there is neither a gap nor a double. It is taken
    /// after everything that can be refused, since the others wait for it.
    ///
    /// `pattern` is that of a series without numbers.
    async fn take(
        &mut self,
        series: SeriesKey,
        pattern: &SeriesPattern,
        on: NaiveDate,
    ) -> Result<Taken>;
}

use bytes::Bytes;
use chrono::NaiveDate;

use crate::{
    Result,
    records::reports::{Aged, Finances, Revenue, RevenueBy, VatSum},
};

/// The rows of a report, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportRows {
    /// What was open at the end of this day.
    OpenItems(NaiveDate, Vec<Aged<i64>>),
    /// What groups of this kind have earned.
    Revenue(RevenueBy, Vec<Revenue<i64>>),
    /// VAT.
    Vat(Vec<VatSum<i64>>),
    /// The finances of a project.
    Finances(Vec<Finances<i64>>),
}

/// The form of a report as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// CSV (RFC 4180), in UTF-8.
    Csv,
    /// JSON.
    Json,
}

impl ReportFormat {
    /// The names of all.
    pub const NAMES: [&'static str; 2] = ["csv", "json"];

    /// The name in the API, and the extension of a file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// Finds a format by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Csv, Self::Json].into_iter().find(|format| format.name() == name)
    }
}

/// Writes reports as files, with the bytes that the API answers.
pub trait ReportWriter: Send + Sync {
    /// The file; `None` when it would have more than `most` bytes. It blocks for seconds.
    fn write(&self, rows: ReportRows, format: ReportFormat, most: usize) -> Result<Option<Bytes>>;
}

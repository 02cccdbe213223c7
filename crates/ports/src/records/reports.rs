//! Sums over the records of an organization.

use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{
    BasisPoints, Currency, Invalid, InvoiceDirection, ProjectId, VatCategory, amount,
};
use uuid::Uuid;

use crate::Result;

/// Sums of amounts in one currency. `A` is wider than an amount until [`checked`](Self::checked).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow<K, const N: usize, A = i128> {
    /// What the sums are of.
    pub key: K,
    /// The currency of the sums.
    pub currency: Currency,
    /// The sums, in minor units.
    pub sums: [A; N],
    /// The number of documents in the sums.
    pub documents: u64,
}

impl<K, const N: usize> ReportRow<K, N> {
    /// The row, if each sum is within the range of amounts.
    pub fn checked(self) -> std::result::Result<ReportRow<K, N, i64>, Invalid> {
        let mut sums = [0; N];
        for (to, sum) in sums.iter_mut().zip(self.sums) {
            *to = amount(sum)?;
        }
        let Self { key, currency, documents, .. } = self;
        Ok(ReportRow { key, currency, sums, documents })
    }
}

/// A record in a report: by name, then by code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// The name, as it is now.
    pub name: String,
    /// The number of a party, the code of a project.
    pub code: Option<String>,
    /// The identity.
    pub id: Uuid,
}

/// What is open of one party: retained as a security, and of the rest what is not due, and overdue by up
/// to 30, 60, 90 and by more days.
pub type Aged<A = i128> = ReportRow<Named, 6, A>;

/// What one group has earned: without VAT, the VAT, and with it.
pub type Revenue<A = i128> = ReportRow<RevenueKey, 3, A>;

/// A group of revenue. Only one of both is there; neither for what belongs to no project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RevenueKey {
    /// The month: `2026-11`.
    pub month: Option<String>,
    /// The party or the project.
    pub record: Option<Named>,
}

/// How revenue is grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevenueBy {
    /// By the month of the document.
    Month,
    /// By customer.
    Party,
    /// By project.
    Project,
}

impl RevenueBy {
    /// The names of all.
    pub const NAMES: [&'static str; 3] = ["month", "party", "project"];

    /// The name in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Party => "party",
            Self::Project => "project",
        }
    }

    /// Finds a grouping by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Month, Self::Party, Self::Project].into_iter().find(|by| by.name() == name)
    }
}

/// The VAT of one direction, category and rate: the net amount, and the tax.
pub type VatSum<A = i128> = ReportRow<VatKey, 2, A>;

/// A row of a VAT report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct VatKey {
    /// Whose documents.
    pub direction: InvoiceDirection,
    /// How they are taxed.
    pub category: VatCategory,
    /// The rate.
    pub rate: BasisPoints,
}

/// The finances of a project, in the order of [`Finance`].
pub type Finances<A = i128> = ReportRow<(), 9, A>;

/// The sums of [`Finances`]. Credit notes and what is taken back count below zero, unless they have
/// a sum of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finance {
    /// What was agreed with customers, without VAT.
    Agreed,
    /// What was ordered from suppliers, without VAT.
    Ordered,
    /// Outgoing invoices, without VAT.
    Invoiced,
    /// Outgoing credit notes, without VAT.
    Credited,
    /// What is due of outgoing invoices less that of credit notes, with VAT.
    Due,
    /// The money that customers have paid.
    Paid,
    /// What is open of outgoing invoices, with VAT.
    Open,
    /// Incoming invoices, without VAT.
    Costs,
    /// What is open of incoming invoices, with VAT.
    CostsOpen,
}

/// Adds up an organization's records. Each method returns at most `limit` rows, in any order. Only
/// issued documents count, and no withdrawn ones.
#[async_trait]
pub trait Reports: Send {
    /// What was open at the end of the day, by party and currency.
    async fn open(
        &mut self,
        direction: InvoiceDirection,
        on: NaiveDate,
        limit: u32,
    ) -> Result<Vec<Aged>>;
    /// What the outgoing documents of these days have earned.
    async fn revenue(
        &mut self,
        days: (NaiveDate, NaiveDate),
        by: RevenueBy,
        limit: u32,
    ) -> Result<Vec<Revenue>>;
    /// The VAT of the documents of these days.
    async fn vat(&mut self, days: (NaiveDate, NaiveDate), limit: u32) -> Result<Vec<VatSum>>;
    /// The finances of a project, by currency.
    async fn finances(&mut self, project: ProjectId) -> Result<Vec<Finances>>;
}

//! Reports: sums over the records of the organization.

mod period;

use chrono::{Datelike, NaiveDate};
use plinth_domain::{InvoiceDirection, Permission, Project, ProjectId};
use plinth_ports::records::reports::{Aged, Finances, ReportRow, Revenue, RevenueBy, VatSum};

use crate::{Error, Query, Reading, View, resource::Found};
pub use period::Period;

plinth_domain::codes! {
    REPORT_TOO_LARGE = "report.too_large",
        "The report has more rows than an answer may have: ask for fewer days or another grouping.";
    REPORT_OVERFLOW = "report.overflow",
        "A sum of the report is beyond 9,000,000,000,000,000 minor units: ask for fewer days.";
}

/// The most rows of a report.
pub const MAX_ROWS: u32 = 10_000;

/// What is open of each party at the end of a day, by age.
#[derive(Debug, Clone, Copy)]
pub struct OpenItems {
    /// Whose claims.
    pub direction: InvoiceDirection,
    /// The day; today, where it is absent.
    pub as_of: Option<NaiveDate>,
}

impl Query for OpenItems {
    const NAME: &'static str = "report.open_items";
    const PERMISSION: Permission = Permission::ReportRead;
    /// The day, and the rows.
    type Output = (NaiveDate, Vec<Aged<i64>>);

    fn reading(&self) -> Reading {
        Reading::Slowly
    }

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        let day = match self.as_of {
            Some(day) => day,
            None => today(view).await?,
        };
        let rows = view.unit.reports().open(self.direction, day, MAX_ROWS + 1).await?;
        Ok((day, checked(rows)?))
    }
}

/// What the outgoing documents of some days have earned.
#[derive(Debug, Clone, Copy)]
pub struct EarnedRevenue {
    /// The first day; the first of the year of the last, where it is absent.
    pub from: Option<NaiveDate>,
    /// The last day; today, where it is absent.
    pub until: Option<NaiveDate>,
    /// How it is grouped.
    pub by: RevenueBy,
}

impl Query for EarnedRevenue {
    const NAME: &'static str = "report.revenue";
    const PERMISSION: Permission = Permission::ReportRead;
    type Output = Vec<Revenue<i64>>;

    fn reading(&self) -> Reading {
        Reading::Slowly
    }

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        let until = match self.until {
            Some(day) => day,
            None => today(view).await?,
        };
        let new_year = NaiveDate::from_ymd_opt(until.year(), 1, 1).unwrap_or(until);
        let days = (self.from.unwrap_or(new_year), until);
        checked(view.unit.reports().revenue(days, self.by, MAX_ROWS + 1).await?)
    }
}

/// The VAT of the documents of a period.
#[derive(Debug, Clone, Copy)]
pub struct VatReport {
    /// The period; this month, where it is absent.
    pub period: Option<Period>,
}

impl Query for VatReport {
    const NAME: &'static str = "report.vat";
    const PERMISSION: Permission = Permission::ReportRead;
    type Output = Vec<VatSum<i64>>;

    fn reading(&self) -> Reading {
        Reading::Slowly
    }

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        let period = match self.period {
            Some(period) => period,
            None => Period::month_of(today(view).await?),
        };
        checked(view.unit.reports().vat(period.days(), MAX_ROWS + 1).await?)
    }
}

/// The finances of a project, by currency.
#[derive(Debug, Clone, Copy)]
pub struct ProjectFinances {
    /// The project.
    pub id: ProjectId,
}

impl Query for ProjectFinances {
    const NAME: &'static str = "report.project_finances";
    const PERMISSION: Permission = Permission::ReportRead;
    type Output = Vec<Finances<i64>>;

    fn reading(&self) -> Reading {
        Reading::Slowly
    }

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        view.access.require(Permission::ProjectRead)?;
        let _exists: Project = view.unit.projects().get(self.id).await?;
        checked(view.unit.reports().finances(self.id).await?)
    }
}

/// Today in the organization's time zone.
async fn today(view: &mut View<'_>) -> Result<NaiveDate, Error> {
    let organization = view.unit.organization().find().await?;
    let organization = organization.ok_or(Error::NotFound("organization"))?;
    Ok(organization.settings.timezone.day(view.now))
}

/// The rows in their order, if they are not too many and each sum is an amount.
fn checked<K: Ord, const N: usize>(
    rows: Vec<ReportRow<K, N>>,
) -> Result<Vec<ReportRow<K, N, i64>>, Error> {
    if rows.len() > MAX_ROWS as usize {
        return Err(Error::conflict(REPORT_TOO_LARGE, "the report has more than 10,000 rows"));
    }
    let rows: Result<Vec<_>, _> = rows.into_iter().map(ReportRow::checked).collect();
    let mut rows = rows
        .map_err(|_| Error::conflict(REPORT_OVERFLOW, "a sum is beyond what an amount may be"))?;
    rows.sort_by(|a, b| (&a.key, a.currency.as_str()).cmp(&(&b.key, b.currency.as_str())));
    Ok(rows)
}

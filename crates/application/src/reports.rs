//! Reports: sums over the records of the organization.

mod adding;
mod dated;
mod making;
mod period;
mod storing;

use chrono::{Datelike, NaiveDate};
use plinth_domain::{InvoiceDirection, Permission, Project, ProjectId};
use plinth_ports::records::reports::{Aged, Finances, Revenue, RevenueBy, VatSum};

use crate::{Error, Query, Reading, View, resource::Found};
use adding::checked;
pub use dated::DatedReport;
pub use making::{CreateReport, MakeReport, ReportRequest};
pub use period::Period;
pub use storing::{ComputeReport, StoreReport};

plinth_domain::codes! {
    REPORT_TOO_LARGE = "report.too_large",
        "The report has more rows or bytes than it may have: ask for fewer days or another grouping, \
         or for a document (POST /reports).";
    REPORT_TOO_SLOW = "report.too_slow",
        "The job of the report took more than a minute at each attempt: ask for fewer days.";
    REPORT_PARAMETER = "report.parameter", "The report has no such parameter.";
    PERIOD_MALFORMED = "period.malformed",
        "A value is no month, quarter or year such as 2026-11, 2026-Q4 or 2026.";
    REPORT_OVERFLOW = "report.overflow",
        "A sum of the report is beyond 9,000,000,000,000,000 minor units: ask for fewer days.";
}

/// The most rows of a report that is answered at once.
pub const MAX_ROWS: u32 = 10_000;
/// What the caller of a slow report is told.
const SLOW: &str = "the report took too long: POST /reports makes it as a document";

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
    const SLOW: &'static str = SLOW;
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
        Ok((day, checked(rows, MAX_ROWS)?))
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

impl EarnedRevenue {
    /// The first day, where this is the last one.
    fn first(self, until: NaiveDate) -> NaiveDate {
        let new_year = NaiveDate::from_ymd_opt(until.year(), 1, 1).unwrap_or(until);
        self.from.unwrap_or(new_year)
    }
}

impl Query for EarnedRevenue {
    const NAME: &'static str = "report.revenue";
    const PERMISSION: Permission = Permission::ReportRead;
    const SLOW: &'static str = SLOW;
    type Output = Vec<Revenue<i64>>;

    fn reading(&self) -> Reading {
        Reading::Slowly
    }

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        let until = match self.until {
            Some(day) => day,
            None => today(view).await?,
        };
        let days = (self.first(until), until);
        checked(view.unit.reports().revenue(days, self.by, MAX_ROWS + 1).await?, MAX_ROWS)
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
    const SLOW: &'static str = SLOW;
    type Output = Vec<VatSum<i64>>;

    fn reading(&self) -> Reading {
        Reading::Slowly
    }

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        let period = match self.period {
            Some(period) => period,
            None => Period::month_of(today(view).await?),
        };
        checked(view.unit.reports().vat(period.days(), MAX_ROWS + 1).await?, MAX_ROWS)
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
    const SLOW: &'static str = SLOW;
    type Output = Vec<Finances<i64>>;

    fn reading(&self) -> Reading {
        Reading::Slowly
    }

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        view.access.require(Permission::ProjectRead)?;
        let _exists: Project = view.unit.projects().get(self.id).await?;
        checked(view.unit.reports().finances(self.id).await?, MAX_ROWS)
    }
}

/// Today in the organization's time zone.
async fn today(view: &mut View<'_>) -> Result<NaiveDate, Error> {
    let organization = view.unit.organization().find().await?;
    let organization = organization.ok_or(Error::NotFound("organization"))?;
    Ok(organization.settings.timezone.day(view.now))
}

use chrono::NaiveDate;
use plinth_application::reports::{
    CreateReport, EarnedRevenue, OpenItems, PERIOD_MALFORMED, Period, ProjectFinances,
    REPORT_PARAMETER, ReportRequest, VatReport,
};
use plinth_domain::{Invalid, InvoiceDirection, ProjectId, codes};
use plinth_ports::{ReportFormat, records::reports::RevenueBy};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{super::invoices::InvoiceDirectionName, view::RevenueByName};
use crate::{
    json::{Faults, Form},
    values::{day, identity, known, names},
};

names! {
    /// A report.
    ReportName = Receivables, Revenue, Vat, ProjectFinances
}

names! {
    /// The form of a report as a file.
    ReportFormatName = Csv, Json
}

/// A report as a document. Each parameter belongs to one report, and means there what it means in the
/// operation that answers the report at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReport {
    #[schema(value_type = ReportName, example = "receivables")]
    report: String,
    /// `csv` by default.
    #[schema(value_type = Option<ReportFormatName>, example = "csv")]
    format: Option<String>,
    /// Of `receivables`: at the end of this day; of today by default.
    #[schema(format = Date, example = "2026-11-20")]
    as_of: Option<String>,
    /// Of `receivables`: `receivable` by default; `payable` for what the organization owes.
    #[schema(value_type = Option<InvoiceDirectionName>)]
    direction: Option<String>,
    /// Of `revenue`: the first day of issue; by default that of the year of the last.
    #[schema(format = Date)]
    from: Option<String>,
    /// Of `revenue`: the last day of issue; today by default.
    #[schema(format = Date)]
    until: Option<String>,
    /// Of `revenue`: `month` by default.
    #[schema(value_type = Option<RevenueByName>)]
    by: Option<String>,
    /// Of `vat`: a month, a quarter or a year of issue: `2026-11`, `2026-Q4`, `2026`; this month by
    /// default.
    #[schema(min_length = 4, max_length = 7)]
    period: Option<String>,
    /// Of `project_finances`, which needs it: the project.
    #[schema(format = Uuid)]
    project_id: Option<String>,
}

/// The parameters of all reports.
struct Parameters {
    as_of: Option<NaiveDate>,
    direction: Option<InvoiceDirection>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    by: Option<RevenueBy>,
    period: Option<Period>,
    project: Option<ProjectId>,
}

impl Form for NewReport {
    type Value = CreateReport;

    fn check(self, f: &mut Faults) -> Option<CreateReport> {
        let own = self.own(f);
        let name = self.report.clone();
        let format = f.check_some("/format", self.format.clone(), |name| {
            known(&name, ReportFormat::from_name, &ReportFormat::NAMES)
        });
        let given = self.parameters(f)?;
        own?;
        let report = match name.as_str() {
            "receivables" => {
                let direction = given.direction.unwrap_or(InvoiceDirection::Receivable);
                ReportRequest::OpenItems(OpenItems { direction, as_of: given.as_of })
            }
            "revenue" => {
                let (from, until) = (given.from, given.until);
                let by = given.by.unwrap_or(RevenueBy::Month);
                ReportRequest::Revenue(EarnedRevenue { from, until, by })
            }
            "vat" => ReportRequest::Vat(VatReport { period: given.period }),
            _ => ReportRequest::Finances(ProjectFinances { id: given.project? }),
        };
        Some(CreateReport { report, format: format?.unwrap_or(ReportFormat::Csv) })
    }
}

impl NewReport {
    /// Checks that the report is known, and that its parameters are its own.
    fn own(&self, f: &mut Faults) -> Option<()> {
        let names: &[&str] = match self.report.as_str() {
            "receivables" => &["as_of", "direction"],
            "revenue" => &["from", "until", "by"],
            "vat" => &["period"],
            "project_finances" => &["project_id"],
            other => return f.check("/report", known(other, |_| None, &ReportRequest::NAMES)),
        };
        let given = [
            ("as_of", self.as_of.is_some()),
            ("direction", self.direction.is_some()),
            ("from", self.from.is_some()),
            ("until", self.until.is_some()),
            ("by", self.by.is_some()),
            ("period", self.period.is_some()),
            ("project_id", self.project_id.is_some()),
        ];
        for (name, _) in given.iter().filter(|(name, is_given)| *is_given && !names.contains(name))
        {
            let detail = format!("the report {} has no such parameter", self.report);
            f.check::<()>(&format!("/{name}"), Err(Invalid::new(REPORT_PARAMETER, detail)));
        }
        if names.contains(&"project_id") && self.project_id.is_none() {
            let missing = Invalid::new(codes::FIELD_REQUIRED, "must be given");
            f.check::<()>("/project_id", Err(missing));
        }
        Some(())
    }

    fn parameters(self, f: &mut Faults) -> Option<Parameters> {
        let as_of = f.check_some("/as_of", self.as_of, |text| day(&text));
        let direction = f.check_some("/direction", self.direction, |name| {
            known(&name, InvoiceDirection::from_name, InvoiceDirection::NAMES)
        });
        let from = f.check_some("/from", self.from, |text| day(&text));
        let until = f.check_some("/until", self.until, |text| day(&text));
        let by = f.check_some("/by", self.by, |name| {
            known(&name, RevenueBy::from_name, &RevenueBy::NAMES)
        });
        let period = f.check_some("/period", self.period, |text| {
            let detail = "must be a month, a quarter or a year such as 2026-11, 2026-Q4 or 2026";
            Period::parse(&text).ok_or_else(|| Invalid::new(PERIOD_MALFORMED, detail))
        });
        let project = f.check_some("/project_id", self.project_id, |text| identity(&text));
        Some(Parameters {
            as_of: as_of?,
            direction: direction?,
            from: from?,
            until: until?,
            by: by?,
            period: period?,
            project: project?,
        })
    }
}

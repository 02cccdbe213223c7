//! Reports as documents: what is asked for, and its job.

use chrono::NaiveDate;
use plinth_domain::{Document, InvoiceDirection, Job, Permission, Project, ProjectId};
use plinth_ports::ReportFormat;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{DatedReport, EarnedRevenue, OpenItems, Period, ProjectFinances, VatReport};
use crate::{
    AuditRecord, Command, Context, Error, JobKind, Recorded, documents::VersionRef, resource::Found,
};

/// The job that makes a report as a document. Document and version are named beforehand, so that each
/// attempt stores the same file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakeReport {
    /// The report.
    #[serde(flatten)]
    pub report: DatedReport,
    /// The name of the document, which ends with that of the format. It states all that was asked for.
    pub name: String,
    /// The document that it becomes, and its only version.
    #[serde(flatten)]
    pub of: VersionRef,
}

impl JobKind for MakeReport {
    const KIND: &'static str = "report.create";
    const MAX_ATTEMPTS: u16 = 3;

    fn dedup_key(&self) -> Option<String> {
        let project = self.report.project().map_or(String::new(), |project| project.to_string());
        Some(format!("{}/{}{project}", Self::KIND, self.name))
    }
}

impl MakeReport {
    /// The form of the file.
    #[must_use]
    pub fn format(&self) -> ReportFormat {
        let extension = self.name.rsplit('.').next().unwrap_or_default();
        ReportFormat::from_name(extension).unwrap_or(ReportFormat::Csv)
    }
}

/// A report that is asked for; what is absent is as in an answer at once.
#[derive(Debug, Clone, Copy)]
pub enum ReportRequest {
    /// What is open of each party.
    OpenItems(OpenItems),
    /// What was earned.
    Revenue(EarnedRevenue),
    /// VAT.
    Vat(VatReport),
    /// The finances of a project.
    Finances(ProjectFinances),
}

impl ReportRequest {
    /// The names of all in the API.
    pub const NAMES: [&'static str; 4] = ["receivables", "revenue", "vat", "project_finances"];

    /// The report of this day, and the beginning of its file's name.
    async fn dated(
        self,
        ctx: &mut Context<'_>,
        today: NaiveDate,
    ) -> Result<(DatedReport, String), Error> {
        Ok(match self {
            Self::OpenItems(OpenItems { direction, as_of }) => {
                let as_of = as_of.unwrap_or(today);
                let what = match direction {
                    InvoiceDirection::Receivable => "receivables",
                    InvoiceDirection::Payable => "payables",
                };
                (DatedReport::Receivables { as_of, direction }, format!("{what}-{as_of}"))
            }
            Self::Revenue(asked) => {
                let (until, by) = (asked.until.unwrap_or(today), asked.by);
                let from = asked.first(until);
                let name = format!("revenue-by-{}-{from}-{until}", by.name());
                (DatedReport::Revenue { from, until, by }, name)
            }
            Self::Vat(VatReport { period }) => {
                let period = period.unwrap_or_else(|| Period::month_of(today));
                (DatedReport::Vat { period }, format!("vat-{}", period.name()))
            }
            Self::Finances(ProjectFinances { id }) => {
                let project = project(ctx, id).await?;
                let code = project.code.as_str().replace(['/', '\\'], "-");
                let name = format!("finances-{code}-{today}");
                (DatedReport::ProjectFinances { project_id: id }, name)
            }
        })
    }
}

/// Makes a report as a document. Answers the job, which may be one that is still open.
#[derive(Debug, Clone, Copy)]
pub struct CreateReport {
    /// What is asked for.
    pub report: ReportRequest,
    /// The form of the file.
    pub format: ReportFormat,
}

impl Command for CreateReport {
    const NAME: &'static str = "report.create";
    const PERMISSION: Permission = Permission::ReportCreate;
    type Output = Job;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Job>, Error> {
        ctx.access.require(Permission::ReportRead)?;
        ctx.access.require(Permission::JobRead)?;
        // Checked again when the document is stored; without a report in vain.
        ctx.make_room::<Document>().await?;
        let organization = ctx.unit.organization().find().await?;
        let organization = organization.ok_or(Error::NotFound("organization"))?;
        let today = organization.settings.timezone.day(ctx.now);
        let (report, name) = self.report.dated(ctx, today).await?;
        let name = format!("{name}.{}", self.format.name());
        let of = VersionRef { document: ctx.id(), version: ctx.id() };
        let asked = serde_json::to_value(report).map_err(Error::internal)?;
        let job = ctx.enqueue(MakeReport { report, name: name.clone(), of }).await?;
        let job = ctx.unit.jobs().get(job).await?;
        let requested = AuditRecord::about("report.requested", &job)
            .beside("name", json!(name))?
            .beside("report", asked)?;
        Ok(Recorded::new(job, requested))
    }
}

async fn project(ctx: &mut Context<'_>, id: ProjectId) -> Result<Project, Error> {
    ctx.access.require(Permission::ProjectRead)?;
    let found = ctx.unit.projects().find(id).await?;
    found.ok_or_else(|| Error::unknown_reference("project_id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of an earlier version hold these texts.
    #[test]
    fn the_stored_payload_keeps_its_form() {
        let id = "01a1f990-3deb-7000-8000-000000000001";
        for (report, name, project) in [
            (
                r#""report":"receivables","as_of":"2026-11-29","direction":"payable""#.to_owned(),
                "payables-2026-11-29.csv",
                "",
            ),
            (
                r#""report":"revenue","from":"2026-01-01","until":"2026-11-29","by":"party""#
                    .to_owned(),
                "revenue-by-party-2026-01-01-2026-11-29.json",
                "",
            ),
            (r#""report":"vat","period":"2026-Q4""#.to_owned(), "vat-2026-Q4.csv", ""),
            (
                format!(r#""report":"project_finances","project_id":"{id}""#),
                "finances-P-7-2026-11-29.csv",
                id,
            ),
        ] {
            let stored =
                format!(r#"{{{report},"name":"{name}","document_id":"{id}","version_id":"{id}"}}"#);
            let job: MakeReport = serde_json::from_str(&stored).unwrap();
            let draft = job.draft().unwrap();
            assert_eq!(draft.payload.as_str(), stored);
            assert_eq!(draft.dedup_key, Some(format!("report.create/{name}{project}")));
            assert!(name.ends_with(job.format().name()));
        }
    }
}

//! Reports as documents: what a worker computes and stores.

use bytes::Bytes;
use plinth_domain::{ContentType, Document, DocumentDraft, JsonObject, Name, Permission, Project};
use plinth_ports::{Counted, ReportRows};

use super::{DatedReport, MakeReport, REPORT_TOO_LARGE, REPORT_TOO_SLOW, checked};
use crate::{
    Command, Context, Error, Query, Reading, Recorded, View, documents::MadeFile, resource::Found,
};

/// The most rows of a report that is a document.
pub(super) const MAX_ROWS: u32 = 100_000;

/// Computes a report for the worker that makes it. Who has asked for it may read reports; the worker
/// needs the records alone.
#[derive(Debug, Clone, Copy)]
pub struct ComputeReport(pub DatedReport);

impl ComputeReport {
    /// The most bytes of the file: it is held in memory.
    pub const MAX_BYTES: usize = 64 * 1024 * 1024;

    /// The file would have more bytes.
    #[must_use]
    pub fn too_large() -> Error {
        Error::conflict(
            REPORT_TOO_LARGE,
            "the report has more than 64 MiB: ask for csv, or for fewer days",
        )
    }

    /// The statement took too long.
    #[must_use]
    pub fn too_slow() -> Error {
        Error::conflict(REPORT_TOO_SLOW, "the report took more than a minute")
    }
}

impl Query for ComputeReport {
    const NAME: &'static str = "report.compute";
    const PERMISSION: Permission = Permission::InvoiceRead;
    type Output = ReportRows;

    fn reading(&self) -> Reading {
        Reading::AtLength
    }

    async fn run(self, view: &mut View<'_>) -> Result<ReportRows, Error> {
        if let Some(project) = self.0.project() {
            view.access.require(Permission::ProjectRead)?;
            let _exists: Project = view.unit.projects().get(project).await?;
        }
        let (reports, limit) = (view.unit.reports(), MAX_ROWS + 1);
        Ok(match self.0 {
            DatedReport::Receivables { as_of, direction } => {
                let rows = reports.open(direction, as_of, limit).await?;
                ReportRows::OpenItems(as_of, checked(rows, MAX_ROWS)?)
            }
            DatedReport::Revenue { from, until, by } => {
                let rows = reports.revenue((from, until), by, limit).await?;
                ReportRows::Revenue(by, checked(rows, MAX_ROWS)?)
            }
            DatedReport::Vat { period } => {
                let rows = reports.vat(period.days(), limit).await?;
                ReportRows::Vat(checked(rows, MAX_ROWS)?)
            }
            DatedReport::ProjectFinances { project_id } => {
                let rows = reports.finances(project_id).await?;
                ReportRows::Finances(checked(rows, MAX_ROWS)?)
            }
        })
    }
}

/// A worker has made a report and stored the file.
#[derive(Debug, Clone)]
pub struct StoreReport {
    job: MakeReport,
    file: MadeFile,
}

impl StoreReport {
    /// The file of a report.
    #[must_use]
    pub fn new(job: MakeReport, bytes: &Bytes) -> Self {
        Self { file: MadeFile::new(job.of, ContentType::Other, bytes), job }
    }
}

impl Command for StoreReport {
    const NAME: &'static str = "report.store";
    const PERMISSION: Permission = Permission::DocumentCreate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        ctx.make_room::<Document>().await?;
        ctx.make_room_for(Counted::StoredBytes, self.file.size_bytes()).await?;
        let draft = DocumentDraft {
            name: Name::of_file(&self.job.name).map_err(Error::internal)?,
            // A role on the project opens its documents, and no report.
            project: None,
            metadata: JsonObject::from_parsed(
                serde_json::to_string(&self.job.report).map_err(Error::internal)?,
            ),
        };
        let created = self.file.become_document(ctx, draft).await?;
        let Recorded { audits, .. } = Recorded::created(created)?;
        Ok(Recorded { output: (), audits })
    }
}

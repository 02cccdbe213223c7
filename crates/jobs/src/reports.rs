//! The handler that makes reports as documents.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use plinth_application::{
    Error,
    documents::GetDocument,
    reports::{ComputeReport, MakeReport, StoreReport},
};
use plinth_domain::DocumentId;
use plinth_ports::{Blobs, ReportWriter};

use crate::{Handler, JobContext, JobFailure};

/// Computes a report, and stores it as a document.
///
/// It is idempotent: each attempt writes under the same key, and the document is recorded once.
pub struct ReportMaker {
    writer: Arc<dyn ReportWriter>,
    blobs: Arc<dyn Blobs>,
}

impl ReportMaker {
    /// Writes reports with this writer, and stores them here.
    #[must_use]
    pub fn new(writer: Arc<dyn ReportWriter>, blobs: Arc<dyn Blobs>) -> Self {
        Self { writer, blobs }
    }
}

#[async_trait]
impl Handler for ReportMaker {
    type Job = MakeReport;

    /// Longer than the statement may take.
    fn timeout(&self) -> Duration {
        Duration::from_mins(5)
    }

    /// A report is held in memory.
    fn at_once(&self) -> Option<usize> {
        Some(1)
    }

    async fn run(&self, job: MakeReport, ctx: JobContext) -> Result<(), JobFailure> {
        if is_stored(&ctx, job.of.document).await? {
            return Ok(());
        }
        let computed = ctx.application().query(ctx.caller(), ComputeReport(job.report)).await;
        let rows = computed.map_err(failure)?;
        let (writer, format) = (Arc::clone(&self.writer), job.format());
        let write = move || writer.write(rows, format, ComputeReport::MAX_BYTES);
        let written = tokio::task::spawn_blocking(write).await.map_err(JobFailure::retry)?;
        let bytes = written.map_err(JobFailure::retry)?.ok_or_else(ComputeReport::too_large)?;
        let key = ctx.content_key(job.of);
        self.blobs.put(&key, bytes.clone()).await.map_err(JobFailure::retry)?;
        let stored = ctx.once("store", StoreReport::new(job.clone(), &bytes)).await?;
        if stored.is_none() && !is_stored(&ctx, job.of.document).await? {
            // An earlier attempt has stored it, and it was removed since.
            self.blobs.remove(&key).await.map_err(JobFailure::retry)?;
        }
        Ok(())
    }

    /// Removes a file that no record names.
    async fn dead_letter(
        &self,
        job: Option<MakeReport>,
        ctx: JobContext,
    ) -> Result<(), JobFailure> {
        let Some(MakeReport { of, .. }) = job else { return Ok(()) };
        if !is_stored(&ctx, of.document).await? {
            self.blobs.remove(&ctx.content_key(of)).await.map_err(JobFailure::retry)?;
        }
        Ok(())
    }
}

async fn is_stored(ctx: &JobContext, id: DocumentId) -> Result<bool, JobFailure> {
    match ctx.application().query(ctx.caller(), GetDocument { id }).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// A report that took too long may be quicker at the next attempt.
fn failure(error: Error) -> JobFailure {
    match error {
        Error::TimedOut(_) => JobFailure::retry(ComputeReport::too_slow()),
        other => other.into(),
    }
}

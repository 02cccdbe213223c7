use std::time::Duration;

use async_trait::async_trait;
use plinth_application::documents::{LoseContent, ReportLostContent};

use crate::{Handler, JobContext, JobFailure};

/// Marks versions as failed whose bytes the object storage has lost.
pub struct LostContentReporter;

#[async_trait]
impl Handler for LostContentReporter {
    type Job = ReportLostContent;

    fn timeout(&self) -> Duration {
        Duration::from_mins(1)
    }

    async fn run(&self, job: ReportLostContent, ctx: JobContext) -> Result<(), JobFailure> {
        Ok(ctx.execute(LoseContent(job.version)).await?)
    }
}

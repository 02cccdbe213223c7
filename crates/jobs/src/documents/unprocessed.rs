use std::time::Duration;

use async_trait::async_trait;
use plinth_application::{
    Application, Error,
    documents::{FailProcessing, FailUnprocessed},
};
use plinth_domain::{JobDraft, OrganizationId, Timestamp};

use crate::{Handler, JobContext, JobFailure, ScheduledJobs};

/// How many versions one tick fails.
const BATCH: u16 = 500;

/// Finds versions that no job processes any more, and enqueues a job that marks each as failed: a
/// write for an organization needs that organization's scope.
pub struct UnprocessedVersions(pub Application);

#[async_trait]
impl ScheduledJobs for UnprocessedVersions {
    async fn jobs(&self, _tick: Timestamp) -> Result<Vec<(OrganizationId, JobDraft)>, Error> {
        self.0.unprocessed_versions(BATCH).await
    }
}

/// Marks a version as failed that no job processes any more.
pub struct UnprocessedReporter;

#[async_trait]
impl Handler for UnprocessedReporter {
    type Job = FailUnprocessed;

    fn timeout(&self) -> Duration {
        Duration::from_mins(1)
    }

    async fn run(&self, job: FailUnprocessed, ctx: JobContext) -> Result<(), JobFailure> {
        let detail = "it was not looked into: its job was cancelled or removed".to_owned();
        let fail = FailProcessing { of: Some(job.version), job: ctx.job().id, detail };
        ctx.execute(fail).await?;
        Ok(())
    }
}

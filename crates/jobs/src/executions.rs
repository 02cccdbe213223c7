//! The jobs of executions.

use std::time::Duration;

use async_trait::async_trait;
use plinth_application::{
    Application, Error,
    executions::{InterruptExecution, RefuseExecution, RunExecution},
};
use plinth_domain::{JobDraft, OrganizationId, Timestamp};

use crate::{Handler, JobContext, JobFailure, ScheduledJobs};

/// The pause of a worker in which as many executions run as may at once.
const PAUSE: Duration = Duration::from_secs(1);

/// Begins queued executions. They run apart from their jobs, so that they fill no slot of the worker.
pub struct ExecutionRunner;

#[async_trait]
impl Handler for ExecutionRunner {
    type Job = RunExecution;

    fn timeout(&self) -> Duration {
        Duration::from_mins(1)
    }

    /// Where no other may run now, the next ones are left to other workers.
    fn at_once(&self) -> Option<usize> {
        Some(4)
    }

    async fn run(&self, job: RunExecution, ctx: JobContext) -> Result<(), JobFailure> {
        match ctx.application().run_queued(ctx.caller(), job.execution).await {
            Err(error @ Error::Exhausted { .. }) => {
                tokio::select! {
                    () = tokio::time::sleep(PAUSE) => {}
                    () = ctx.cancelled().cancelled() => {}
                }
                Err(error.into())
            }
            begun => Ok(begun?),
        }
    }

    /// Without an attempt left, a queued execution would wait for ever.
    async fn dead_letter(
        &self,
        job: Option<RunExecution>,
        ctx: JobContext,
    ) -> Result<(), JobFailure> {
        if let Some(RunExecution { execution }) = job {
            ctx.execute(RefuseExecution::dead(execution)).await?;
        }
        Ok(())
    }
}

/// Finds executions whose process is gone, and enqueues a job that ends each: a write for an
/// organization needs that organization's scope.
pub struct LostExecutions(pub Application);

#[async_trait]
impl ScheduledJobs for LostExecutions {
    async fn jobs(&self, _tick: Timestamp) -> Result<Vec<(OrganizationId, JobDraft)>, Error> {
        self.0.lost_executions().await
    }
}

/// Ends an execution whose process is gone.
pub struct ExecutionReaper;

#[async_trait]
impl Handler for ExecutionReaper {
    type Job = InterruptExecution;

    fn timeout(&self) -> Duration {
        Duration::from_mins(1)
    }

    async fn run(&self, job: InterruptExecution, ctx: JobContext) -> Result<(), JobFailure> {
        ctx.execute(job).await?;
        Ok(())
    }
}

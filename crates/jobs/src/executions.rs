//! The jobs of executions.

use std::time::Duration;

use async_trait::async_trait;
use plinth_application::{
    Application, Error,
    executions::{InterruptExecution, RunExecution},
};
use plinth_domain::{JobDraft, OrganizationId, Timestamp};

use crate::{Handler, JobContext, JobFailure, ScheduledJobs};

/// The longest time-out of a model, and a minute to store the end.
const LONGEST: Duration = Duration::from_mins(61);

/// Runs queued executions.
pub struct ExecutionRunner;

#[async_trait]
impl Handler for ExecutionRunner {
    type Job = RunExecution;

    fn timeout(&self) -> Duration {
        LONGEST
    }

    async fn run(&self, job: RunExecution, ctx: JobContext) -> Result<(), JobFailure> {
        let (app, caller) = (ctx.application(), ctx.caller());
        Ok(app.run_queued(caller, job.execution, ctx.cancelled()).await?)
    }

    /// Without an attempt left, a queued execution would wait for ever.
    async fn dead_letter(
        &self,
        job: Option<RunExecution>,
        ctx: JobContext,
    ) -> Result<(), JobFailure> {
        if let Some(RunExecution { execution }) = job {
            ctx.execute(InterruptExecution { execution }).await?;
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

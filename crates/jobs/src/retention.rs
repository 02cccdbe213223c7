//! The jobs that remove executions and notifications that are kept no longer.

use std::time::Duration;

use async_trait::async_trait;
use plinth_application::{
    Application, Error,
    executions::{RemoveOldExecutions, RetainExecutions},
    notifications::RemoveOldNotifications,
};
use plinth_domain::{JobDraft, OrganizationId, Timestamp};

use crate::{Handler, JobContext, JobFailure, ScheduledJobs};

/// Enqueues a job for each organization, so that they take turns.
pub struct OldExecutions(pub Application);

#[async_trait]
impl ScheduledJobs for OldExecutions {
    async fn jobs(&self, _tick: Timestamp) -> Result<Vec<(OrganizationId, JobDraft)>, Error> {
        self.0.old_executions().await
    }
}

/// Removes what an organization keeps no longer of its executions and notifications, in small steps.
pub struct ExecutionRetainer;

#[async_trait]
impl Handler for ExecutionRetainer {
    type Job = RetainExecutions;

    /// What is left is removed by the next attempt.
    fn timeout(&self) -> Duration {
        Duration::from_mins(30)
    }

    /// A few at once: other kinds of jobs need the slots, and the database.
    fn at_once(&self) -> Option<usize> {
        Some(2)
    }

    async fn run(&self, _job: RetainExecutions, ctx: JobContext) -> Result<(), JobFailure> {
        let (mut contents, mut executions) = (0, 0);
        while !ctx.cancelled().is_cancelled() {
            let removed = ctx.execute(RemoveOldExecutions).await?;
            contents += removed.contents;
            executions += removed.executions;
            if !removed.is_full() {
                break;
            }
        }
        if contents + executions > 0 {
            let organization = ctx.job().organization;
            tracing::info!(%organization, contents, executions, "removed old executions");
        }
        while !ctx.cancelled().is_cancelled() {
            let removed = ctx.execute(RemoveOldNotifications).await?;
            if removed < u64::from(RemoveOldNotifications::BATCH) {
                break;
            }
        }
        Ok(())
    }
}

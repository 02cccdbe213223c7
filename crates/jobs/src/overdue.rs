//! The jobs of invoices.

use std::time::Duration;

use async_trait::async_trait;
use plinth_application::{
    Application, Error,
    invoices::{ReportOverdue, ReportOverdueInvoices},
};
use plinth_domain::{JobDraft, OrganizationId, Timestamp};

use crate::{Handler, JobContext, JobFailure, ScheduledJobs};

/// Enqueues a job for each organization that reports its overdue invoices: a write for an organization
/// needs that organization's scope.
pub struct OverdueInvoices(pub Application);

#[async_trait]
impl ScheduledJobs for OverdueInvoices {
    async fn jobs(&self, _tick: Timestamp) -> Result<Vec<(OrganizationId, JobDraft)>, Error> {
        self.0.overdue_reports().await
    }
}

/// Reports the invoices of an organization that have become overdue.
pub struct OverdueReporter;

#[async_trait]
impl Handler for OverdueReporter {
    type Job = ReportOverdue;

    fn timeout(&self) -> Duration {
        Duration::from_mins(10)
    }

    async fn run(&self, _job: ReportOverdue, ctx: JobContext) -> Result<(), JobFailure> {
        while !ctx.cancelled().is_cancelled() && ctx.execute(ReportOverdueInvoices).await? {}
        Ok(())
    }
}

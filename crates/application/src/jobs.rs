//! Jobs: the use cases for the members of their organization.

use plinth_domain::{Job, JobId, JobState, Permission};
use plinth_ports::{Actor, JobFilter, JobSort, JournalEntry, Origin, Outcome, Page, PageRequest};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Application, AuditRecord, Command, Context, Error, Expected, JobKind, Query, Reading, Recorded,
    View,
    agents::RunAgent,
    documents::{FailUnprocessed, ProcessDocument, PurgeDocument, ReportLostContent},
    evaluations::RunEvaluation,
    executions::{InterruptExecution, RetainExecutions, RunExecution},
    invoices::{RenderInvoice, ReportOverdue},
    knowledge::{ChunkDocument, EmbedDocument, EmbedDocuments},
    mail::SendMail,
    notifications::SendDigests,
    organization_exports::{MakeExport, RemoveExport},
    reports::MakeReport,
    resource::{Found, Resource},
    support_access::EndSupportSession,
};

const NOT_FOUND: Error = Error::NotFound("job");

plinth_domain::codes! {
    JOB_NOT_CANCELLABLE = "job.not_cancellable",
        "The job keeps stored files and records consistent; it cannot be cancelled.";
}

/// Every kind of job.
pub const KINDS: [&str; 20] = [
    SendMail::KIND,
    ProcessDocument::KIND,
    PurgeDocument::KIND,
    ReportLostContent::KIND,
    FailUnprocessed::KIND,
    ReportOverdue::KIND,
    RenderInvoice::KIND,
    MakeReport::KIND,
    RunExecution::KIND,
    InterruptExecution::KIND,
    RetainExecutions::KIND,
    RunAgent::KIND,
    EmbedDocument::KIND,
    EmbedDocuments::KIND,
    ChunkDocument::KIND,
    RunEvaluation::KIND,
    MakeExport::KIND,
    RemoveExport::KIND,
    SendDigests::KIND,
    EndSupportSession::KIND,
];

/// The kinds of job that a member cannot cancel: without them, the bytes of a removed document
/// would stay, or the record of a lost one, an issued invoice
/// would have no PDF, or an execution, an evaluation, a run of an agent, an export or a support session no
/// end; some of those are cancelled by operations of their own.
const NOT_CANCELLABLE: [&str; 11] = [
    PurgeDocument::KIND,
    ReportLostContent::KIND,
    FailUnprocessed::KIND,
    RenderInvoice::KIND,
    RunExecution::KIND,
    InterruptExecution::KIND,
    RunAgent::KIND,
    RunEvaluation::KIND,
    MakeExport::KIND,
    RemoveExport::KIND,
    EndSupportSession::KIND,
];

impl Resource for Job {
    const KIND: &'static str = "job";
    const TOPIC: &'static str = "jobs";
    const READ: Permission = Permission::JobRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn audit_view(&self) -> impl Serialize {
        json!({
            "kind": self.kind,
            "state": self.state.name(),
            "attempt": self.attempt,
            "max_attempts": self.max_attempts,
            "run_at": self.run_at,
            "error": self.error,
            "error_code": self.error_code,
            "cancel_requested": self.cancel_requested,
            "version": self.revision.version.number(),
        })
    }
}

/// Reads one job.
#[derive(Debug, Clone, Copy)]
pub struct GetJob {
    /// The job.
    pub id: JobId,
}

impl Query for GetJob {
    const NAME: &'static str = "job.get";
    const PERMISSION: Permission = Permission::JobRead;
    type Output = Job;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<Job, Error> {
        view.unit.jobs().get(self.id).await
    }
}

/// Lists jobs.
#[derive(Debug, Clone)]
pub struct ListJobs {
    /// Selects the jobs.
    pub filter: JobFilter,
    /// The order and the position.
    pub page: PageRequest<JobSort>,
}

impl Query for ListJobs {
    const NAME: &'static str = "job.list";
    const PERMISSION: Permission = Permission::JobRead;
    type Output = Page<Job>;

    fn reading(&self) -> Reading {
        // An index has the order of one state or kind.
        let is_slow = self.filter.state.has_several() || self.filter.kind.has_several();
        Reading::page(&self.page, is_slow)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<Job>, Error> {
        Ok(view.unit.jobs().list(&self.filter, &self.page).await?)
    }
}

/// Cancels a job: at once while it waits; a running job is asked to stop.
#[derive(Debug, Clone)]
pub struct CancelJob {
    /// The job.
    pub id: JobId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for CancelJob {
    const NAME: &'static str = "job.cancel";
    const PERMISSION: Permission = Permission::JobCancel;
    type Output = Job;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Job>, Error> {
        let before = ctx.unit.jobs().lock(self.id).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&before.revision)?;
        if NOT_CANCELLABLE.contains(&&*before.kind) {
            return Err(Error::conflict(
                JOB_NOT_CANCELLABLE,
                "a job of this kind cannot be cancelled",
            ));
        }
        let after = before.clone().cancel(ctx.now)?;
        ctx.unit.jobs().update(&after).await?;
        let action = match after.state {
            JobState::Cancelled => "job.cancelled",
            _ => "job.cancel_requested",
        };
        Recorded::changed(action, &before, after)
    }
}

/// Enqueues a failed, dead or cancelled job again.
#[derive(Debug, Clone)]
pub struct RetryJob {
    /// The job.
    pub id: JobId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RetryJob {
    const NAME: &'static str = "job.retry";
    const PERMISSION: Permission = Permission::JobRetry;
    type Output = Job;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Job>, Error> {
        let before = ctx.unit.jobs().lock(self.id).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&before.revision)?;
        let after = before.clone().retry(ctx.now)?;
        ctx.unit.jobs().update(&after).await.map_err(Error::write::<Job>)?;
        ctx.wake_workers = true;
        Recorded::changed("job.retried", &before, after)
    }
}

impl Application {
    /// The audit record of a running job's end, to be appended in the transaction that ends it.
    /// Unlike a refusal, a dead letter is also published as an event.
    pub fn job_ended(
        &self,
        job: &Job,
        state: JobState,
        error: Option<&str>,
        code: Option<&str>,
    ) -> Result<JournalEntry, Error> {
        let (action, outcome) = match state {
            JobState::Succeeded => ("job.succeeded", Outcome::Succeeded),
            JobState::Cancelled => ("job.cancelled", Outcome::Succeeded),
            _ => ("job.dead", Outcome::Failed),
        };
        let (error, error_code) = (error.map(str::to_owned), code.map(str::to_owned));
        let after = Job { state, error, error_code, ..job.clone() };
        let origin = Origin {
            request_id: job.request_id.clone(),
            trace_parent: job.trace_parent.clone(),
            ..Origin::default()
        };
        let audit = AuditRecord::changed(action, job, &after)?.ended(outcome);
        let (actor, ids) = (Actor::Worker(job.id.uuid()), &*self.ports.ids);
        let entry = audit.entry(actor, origin, ids, self.ports.clock.now());
        Ok(JournalEntry { audit_only: false, ..entry })
    }
}

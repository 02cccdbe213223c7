//! The workers: handlers by kind of job, the loop that runs them on apalis, and
//! schedules.
//!
//! The queue is the source of truth: [`plinth_ports::JobQueue`] leases jobs, and every outcome is
//! settled there. apalis drives the tasks and limits their concurrency. Its retries,
//! acknowledgements, timeouts and panic handling are not used, because they ignore the leases; the
//! task of each attempt handles them, in `attempt`.
//!
//! ```text
//! claims -> backend -> apalis -> attempt -> settler
//!              leases extended by heartbeats, independent of the handlers
//! ```

mod agents;
mod attempt;
mod backend;
mod backlog;
mod backoff;
mod chores;
mod claims;
mod context;
mod dead_letter;
mod dependencies;
mod digests;
mod documents;
mod evaluations;
mod executions;
mod failure;
mod handler;
mod heartbeats;
mod invoices;
mod leading;
mod leases;
mod life;
mod mails;
mod metrics;
mod options;
mod organization_exports;
mod outcome;
mod overdue;
mod progress;
mod reports;
mod retention;
mod room;
mod schedule;
mod scheduler;
mod sequencer;
mod settler;
mod shares;
mod support_sessions;
mod trace;
mod webhooks;
mod worker;

pub use agents::AgentRunHandler;
pub use backlog::MeasureBacklog;
pub use chores::{KeepInStep, ReapLeases, Retain, Sweep};
pub use context::JobContext;
pub use dependencies::Dependencies;
pub use digests::{DigestSender, NotificationDigests};
pub use documents::{
    AllDocumentsEmbedder, DocumentChunker, DocumentEmbedder, DocumentProcessor, DocumentPurger,
    LostContentReporter, UnprocessedReporter, UnprocessedVersions,
};
pub use evaluations::EvaluationRunner;
pub use executions::{ExecutionReaper, ExecutionRunner, LostExecutions};
pub use failure::JobFailure;
pub use handler::{Handler, Handlers};
pub use invoices::InvoicePdfMaker;
pub use mails::MailSender;
pub use options::Options;
pub use organization_exports::{ExportMaker, ExportRemover};
pub use overdue::{OverdueInvoices, OverdueReporter};
pub use progress::Progress;
pub use reports::ReportMaker;
pub use retention::{ExecutionRetainer, OldExecutions};
pub use schedule::{InvalidSchedule, Schedule, ScheduledJobs, ScheduledTask, Work};
pub use scheduler::Scheduler;
pub use sequencer::run_sequencer;
pub use support_sessions::SupportSessionCloser;
pub use webhooks::WebhookWorker;
pub use worker::{Pulse, Worker, WorkerError};

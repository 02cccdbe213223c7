use std::{sync::Arc, time::Duration};

use plinth_in_process::{OsSecrets, UuidV7};
use plinth_inspect::{
    COMMAND, CheckError, Confinement, Limits, Program, SandboxedEDocumentReader, SandboxedInspector,
};
use plinth_jobs::{
    AllDocumentsEmbedder, Dependencies, DigestSender, DocumentChunker, DocumentEmbedder,
    DocumentProcessor, DocumentPurger, EvaluationRunner, ExecutionReaper, ExecutionRetainer,
    ExecutionRunner, ExportMaker, ExportRemover, Handlers, InvalidSchedule, KeepInStep,
    LostContentReporter, LostExecutions, MeasureBacklog, NotificationDigests, OldExecutions,
    Options, OverdueInvoices, OverdueReporter, ReapLeases, ReportMaker, Retain, Schedule,
    Scheduler, SupportSessionCloser, Sweep, UnprocessedReporter, UnprocessedVersions, Work, Worker,
};
use plinth_ports::Inspector;
use plinth_postgres::PgLeadership;
use plinth_rest::ReportFiles;
use plinth_settings::Settings;

use crate::{
    Error, Plinth, Unsuitable, agents, mail, metrics::MeasuredInspector, rendering::pdf_maker,
};

/// How often a worker polls the queue without a signal.
const POLL: Duration = Duration::from_secs(1);

/// The parts of a worker process.
pub struct Workers {
    /// Runs jobs.
    pub worker: Worker,
    /// Runs the schedules, in one of the processes.
    pub scheduler: Scheduler,
}

/// How many files a worker with these settings inspects at once.
#[must_use]
pub fn inspections(settings: &Settings) -> usize {
    settings.worker.inspections.map_or_else(|| limits(settings).concurrency(), usize::from)
}

/// Checks that files can be inspected on this machine, and returns what the kernel enforces on the
/// process that reads them.
///
/// # Errors
/// [`Error::Unsuitable`] when temporary copies cannot be written, [`Error::Inspection`] when the
/// process does not start.
pub async fn check_inspection(settings: &Settings) -> Result<Confinement, Error> {
    inspector(settings)?.check().await.map_err(|fault| match fault {
        CheckError::Spool { .. } => {
            Error::Unsuitable(Unsuitable { setting: "worker.spool_path", source: fault.into() })
        }
        CheckError::Child(fault) => Error::Inspection(fault),
    })
}

fn inspector(settings: &Settings) -> Result<SandboxedInspector, Error> {
    let inspector = SandboxedInspector::new(Program::this(COMMAND)?, limits(settings));
    Ok(match &settings.worker.spool_path {
        Some(folder) => inspector.spooling_in(folder.clone()),
        None => inspector,
    })
}

/// Reads the electronic documents of others, each in a process of this program.
pub(crate) fn reader(settings: &Settings) -> Result<SandboxedEDocumentReader, Error> {
    Ok(SandboxedEDocumentReader::new(Program::this(COMMAND)?, limits(settings)))
}

/// The most pixels of a picture that a user sends of themselves: 4,096 wide and high.
const AVATAR_PIXELS: u64 = 4096 * 4096;

/// The memory of the process that reads such a picture: a decoder needs less than half of it.
const AVATAR_MEMORY_BYTES: u64 = 512 * 1024 * 1024;

/// Reads pictures that users send of themselves, each in a process of this program.
pub(crate) fn pictures(settings: &Settings) -> Result<SandboxedInspector, Error> {
    let limits = limits(settings);
    let memory_bytes = limits.memory_bytes.min(AVATAR_MEMORY_BYTES);
    let (wall_time, cpu_time) = (Duration::from_secs(20), Duration::from_secs(10));
    let limits = Limits { pixels: AVATAR_PIXELS, memory_bytes, wall_time, cpu_time, ..limits };
    Ok(SandboxedInspector::new(Program::this(COMMAND)?, limits))
}

fn limits(settings: &Settings) -> Limits {
    Limits { memory_bytes: settings.worker.inspection_memory_bytes, ..Limits::default() }
}

/// The handlers of all kinds of job; without that of rendering, a worker leaves invoices to others.
///
/// # Errors
/// When the running program, which inspects files, cannot be found, or no sidecar of agents can be at
/// the address of the settings.
pub fn handlers(settings: &Settings, plinth: &Plinth, renders: bool) -> Result<Handlers, Error> {
    let inspector: Arc<dyn Inspector> = Arc::new(inspector(settings)?);
    let inspector: Arc<dyn Inspector> = if settings.telemetry.has_metrics() {
        Arc::new(MeasuredInspector::new(inspector))
    } else {
        inspector
    };
    let reader = Arc::new(reader(settings)?);
    let at_once = inspections(settings);
    let handlers = Handlers::new();
    let handlers =
        if renders { handlers.with(pdf_maker(settings, plinth.blobs.clone())?) } else { handlers };
    // A worker that knows no sidecar leaves runs of agents to others.
    let handlers = match agents::runs(settings)? {
        Some(runs) => handlers.with(runs),
        None => handlers,
    };
    let handlers = match mail::sender(settings)? {
        Some(mails) => handlers.with(mails),
        None => handlers,
    };
    Ok(handlers
        .with(DocumentChunker::new(inspector.clone(), plinth.blobs.clone()))
        .with(DocumentProcessor::new(inspector, reader, plinth.blobs.clone(), at_once))
        .with(DocumentEmbedder::default())
        .with(AllDocumentsEmbedder)
        .with(DocumentPurger::new(plinth.blobs.clone()))
        .with(LostContentReporter)
        .with(UnprocessedReporter)
        .with(OverdueReporter)
        .with(DigestSender)
        .with(EvaluationRunner)
        .with(ExecutionRunner)
        .with(ExecutionReaper)
        .with(ExecutionRetainer)
        .with(ExportMaker::new(Arc::new(plinth.store.clone()), plinth.blobs.clone()))
        .with(ExportRemover::new(plinth.blobs.clone()))
        .with(ReportMaker::new(Arc::new(ReportFiles), plinth.blobs.clone()))
        .with(SupportSessionCloser))
}

/// Builds the parts of a worker process.
///
/// # Errors
/// When a cron expression is invalid, which is a fault in the program.
pub fn workers(
    settings: &Settings,
    plinth: &Plinth,
    handlers: Handlers,
) -> Result<Workers, InvalidSchedule> {
    let needs = Dependencies {
        application: plinth.application.clone(),
        queue: Arc::new(plinth.queue()),
        leadership: Arc::new(PgLeadership::new(plinth.store.clone())),
        bus: plinth.bus.clone(),
        ids: Arc::new(UuidV7),
        secrets: Arc::new(OsSecrets),
    };
    let sweep = Sweep(plinth.application.clone());
    let retain = Retain(plinth.application.clone());
    let reap = ReapLeases::new(needs.clone(), handlers.clone());
    let unprocessed = UnprocessedVersions(plinth.application.clone());
    let overdue = OverdueInvoices(plinth.application.clone());
    let lost = LostExecutions(plinth.application.clone());
    let old = OldExecutions(plinth.application.clone());
    let digests = NotificationDigests(plinth.application.clone());
    let mut schedules = vec![
        Schedule::new("unprocessed", "30 */5 * * * *", Work::Jobs(Arc::new(unprocessed)))?,
        Schedule::new("sweep", "0 */15 * * * *", Work::Task(Arc::new(sweep)))?,
        Schedule::new("overdue", "0 45 2 * * *", Work::Jobs(Arc::new(overdue)))?,
        Schedule::new("lost_executions", "*/5 * * * * *", Work::Jobs(Arc::new(lost)))?,
        Schedule::new("old_executions", "0 15 3 * * *", Work::Jobs(Arc::new(old)))?,
        Schedule::new("notification_digests", "0 0 6 * * *", Work::Jobs(Arc::new(digests)))?,
        Schedule::new("retention", "0 30 2 * * *", Work::Task(Arc::new(retain)))?,
        Schedule::new("reap_leases", "*/5 * * * * *", Work::Task(Arc::new(reap)))?,
    ];
    if settings.cell.directory_url.is_some() {
        let step = Work::Task(Arc::new(KeepInStep(plinth.application.clone())));
        schedules.push(Schedule::new("directory", "*/2 * * * * *", step)?);
    }
    if settings.telemetry.has_metrics() {
        let measure = Work::Task(Arc::new(MeasureBacklog::new(needs.clone(), &handlers)));
        schedules.push(Schedule::new("backlog", "*/10 * * * * *", measure)?);
    }
    let options = Options {
        concurrency: settings.worker.concurrency,
        lease: settings.worker.lease,
        poll: POLL,
        grace: settings.worker.shutdown_grace,
    };
    Ok(Workers {
        worker: Worker::new(needs.clone(), handlers, options),
        scheduler: Scheduler::new(needs, schedules),
    })
}

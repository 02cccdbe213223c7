use std::{sync::Arc, time::Duration};

use plinth_inspect::{Limits, Program, SandboxedInspector};
use plinth_jobs::{
    DocumentProcessor, DocumentPurger, Errand, Handlers, InvalidSchedule, LostContentReporter,
    Options, ReapLeases, Schedule, Scheduler, Sweep, Worker,
};
use plinth_settings::Settings;

use crate::{Error, Plinth};

/// How often a worker looks into the queue when nobody says that jobs wait.
const POLL: Duration = Duration::from_secs(1);

/// What runs in the background.
pub struct Work {
    /// Runs jobs.
    pub worker: Worker,
    /// Leads the schedules, or waits to.
    pub scheduler: Scheduler,
}

/// The handlers of all kinds of job that Plinth knows.
///
/// # Errors
/// When the running program, which inspects files, cannot be found.
pub fn handlers(settings: &Settings, plinth: &Plinth) -> Result<Handlers, Error> {
    let mut inspector = SandboxedInspector::new(Program::this()?, Limits::default());
    if let Some(folder) = &settings.worker.spool_path {
        inspector = inspector.spooling_in(folder.clone());
    }
    Ok(Handlers::new()
        .with(DocumentProcessor::new(Arc::new(inspector), plinth.blobs.clone()))
        .with(DocumentPurger::new(plinth.blobs.clone()))
        .with(LostContentReporter))
}

/// Puts together what a worker runs.
///
/// # Errors
/// When a schedule cannot be read: a fault in the program.
pub fn work(
    settings: &Settings,
    plinth: &Plinth,
    handlers: Handlers,
) -> Result<Work, InvalidSchedule> {
    let application = plinth.application.clone();
    let queue = Arc::new(plinth.queue());
    let leadership = Arc::new(plinth.store.clone());
    let reap = ReapLeases::new(application.clone(), queue.clone(), handlers.clone());
    let schedules = vec![
        Schedule::new(
            "sweep",
            "0 */15 * * * *",
            Errand::Chore(Arc::new(Sweep(application.clone()))),
        )?,
        Schedule::new("reap_leases", "*/5 * * * * *", Errand::Chore(Arc::new(reap)))?,
    ];
    let options = Options {
        concurrency: settings.worker.concurrency,
        lease: settings.worker.lease,
        poll: POLL,
        grace: settings.worker.shutdown_grace,
    };
    Ok(Work {
        worker: Worker::new(application.clone(), queue.clone(), handlers, options),
        scheduler: Scheduler::new(application, queue, leadership, schedules),
    })
}

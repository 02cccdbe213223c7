//! One attempt at one job, from its lease to its outcome. Timeouts, panics and cancellation are
//! handled here, inside one future: when it ends, no part of the attempt runs any more.

use std::{sync::Arc, time::Duration};

use plinth_application::Application;
use plinth_ports::{JobOutcome, JobQueue, LeasedJob, Secrets};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::{
    Handlers, JobContext, JobFailure, Progress, dead_letter,
    handler::AnyHandler,
    leases::{LeaseGuard, StopReason, StopSignal},
    metrics::Metrics,
    outcome::Ending,
    settler::Settler,
    trace,
};

/// How long a handler may continue after it was asked to stop; then it is aborted.
const ABORT_GRACE: Duration = Duration::from_secs(3);

/// Runs attempts.
pub(crate) struct JobRunner {
    pub(crate) application: Application,
    pub(crate) queue: Arc<dyn JobQueue>,
    pub(crate) secrets: Arc<dyn Secrets>,
    pub(crate) handlers: Handlers,
    /// Cancelled when no new attempt may begin.
    pub(crate) closing: CancellationToken,
    pub(crate) settler: Settler,
    pub(crate) metrics: Metrics,
}

impl JobRunner {
    /// Runs a job, and sends its outcome to the settler.
    pub(crate) async fn attempt(&self, leased: LeasedJob, guard: LeaseGuard) {
        let LeasedJob { job, lease } = leased;
        let job = Arc::new(job);
        let span = trace::span(&job);
        if job.cancel_requested {
            guard.stop.send(StopReason::Cancelled);
        } else if self.closing.is_cancelled() {
            guard.stop.send(StopReason::Stopping);
        }
        let Some((kind, handler)) = self.handlers.find(&job.kind) else {
            // Only known kinds are claimed. The lease expires, and another worker runs the job.
            tracing::error!(job_id = %job.id, kind = %job.kind, "a job of an unknown kind was claimed");
            return;
        };
        let began = std::time::Instant::now();
        let ending = if guard.stop.reason().is_some() {
            Ending::Halted
        } else {
            let progress = Progress::default();
            let run = self.run(handler, &job, progress.clone(), &guard.stop);
            tokio::select! {
                ending = run.instrument(span.clone()) => ending,
                () = progress.write(&*self.queue, lease) => Ending::Halted,
            }
        };
        trace::ended(&span, &ending);
        self.metrics.ran(kind, ending.name(), began.elapsed());
        let Some(outcome) = ending.outcome(&job, guard.stop.reason(), &*self.secrets) else {
            return;
        };
        if matches!(outcome, JobOutcome::Dead { .. }) {
            let cancelled = guard.stop.token.clone();
            let told = dead_letter::report(&self.application, &self.handlers, &job, cancelled);
            if !told.instrument(span).await {
                return;
            }
        }
        self.metrics.ended(kind, &outcome);
        self.settler.hand_in(&job, guard, outcome).await;
    }

    /// Runs a handler in a separate task: it may block its thread without stopping other jobs.
    async fn run(
        &self,
        handler: Arc<dyn AnyHandler>,
        job: &Arc<plinth_domain::Job>,
        progress: Progress,
        stop: &StopSignal,
    ) -> Ending {
        let (application, cancelled) = (self.application.clone(), stop.token.clone());
        let context = JobContext::new(application, Arc::clone(job), progress, cancelled);
        let Some(context) = context else {
            let fault = "the job does not run";
            return Ending::Returned(Err(JobFailure::retry(fault)));
        };
        let timeout = handler.timeout();
        let work = async move { handler.run(context).await };
        let mut task = Aborting(tokio::spawn(work.in_current_span()));
        tokio::select! {
            ended = &mut task.0 => returned(ended),
            () = tokio::time::sleep(timeout) => {
                stop.token.cancel();
                match task.end().await {
                    Some(Ending::Returned(Ok(()))) => Ending::Returned(Ok(())),
                    _ => Ending::TimedOut(timeout),
                }
            }
            () = stop.token.cancelled() => task.end().await.unwrap_or(Ending::Halted),
        }
    }
}

/// A task that is aborted when this is dropped.
struct Aborting(JoinHandle<Result<(), JobFailure>>);

impl Aborting {
    /// Waits [`ABORT_GRACE`] for the task to end, then aborts it. Returns how it ended unless it
    /// was aborted.
    async fn end(&mut self) -> Option<Ending> {
        if let Ok(ended) = tokio::time::timeout(ABORT_GRACE, &mut self.0).await {
            return Some(returned(ended));
        }
        self.0.abort();
        match (&mut self.0).await {
            Err(aborted) if aborted.is_cancelled() => None,
            ended => Some(returned(ended)),
        }
    }
}

impl Drop for Aborting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn returned(ended: Result<Result<(), JobFailure>, tokio::task::JoinError>) -> Ending {
    match ended {
        Ok(result) => Ending::Returned(result),
        Err(gone) if gone.is_panic() => Ending::Panicked,
        Err(_) => Ending::Halted,
    }
}

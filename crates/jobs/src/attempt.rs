//! One attempt at one job, from its lease to its outcome. Time-outs, panics and
//! cancellation end here, inside the one future: nothing runs on beside the
//! next attempt.

use std::{sync::Arc, time::Duration};

use plinth_application::Application;
use plinth_ports::{JobOutcome, JobQueue, LeasedJob};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::{
    Handlers, JobContext, JobFailure, Progress,
    desk::{Bell, Halt, OnDesk},
    handler::AnyHandler,
    last_word,
    metrics::Metrics,
    outcome::Ending,
    settler::Settler,
    trace,
};

/// How long a handler that was asked to stop may take to do so.
const FAREWELL: Duration = Duration::from_secs(3);

/// What every attempt needs.
pub(crate) struct Bench {
    pub(crate) application: Application,
    pub(crate) queue: Arc<dyn JobQueue>,
    pub(crate) handlers: Handlers,
    /// Cancelled when nothing new is to begin.
    pub(crate) closing: CancellationToken,
    pub(crate) settler: Settler,
    pub(crate) metrics: Metrics,
}

impl Bench {
    /// Runs a job, and hands in how it went.
    pub(crate) async fn attempt(&self, leased: LeasedJob, on_desk: OnDesk) {
        let LeasedJob { job, lease } = leased;
        let job = Arc::new(job);
        let span = trace::span(&job);
        if job.cancel_requested {
            on_desk.bell.ring(Halt::CalledOff);
        } else if self.closing.is_cancelled() {
            on_desk.bell.ring(Halt::Stopping);
        }
        let Some((kind, handler)) = self.handlers.find(&job.kind) else {
            // Only known kinds are claimed. The lease expires, and another worker runs the job.
            tracing::error!(job_id = %job.id, kind = %job.kind, "a job of an unknown kind was claimed");
            return;
        };
        let began = std::time::Instant::now();
        let ending = if on_desk.bell.why().is_some() {
            Ending::Halted
        } else {
            let progress = Progress::default();
            let run = self.run(handler, &job, progress.clone(), &on_desk.bell);
            tokio::select! {
                ending = run.instrument(span.clone()) => ending,
                () = progress.write(&*self.queue, lease) => Ending::Halted,
            }
        };
        trace::ended(&span, &ending);
        self.metrics.ran(kind, ending.name(), began.elapsed());
        let secrets = &*self.application.ports().secrets;
        let Some(outcome) = ending.outcome(&job, on_desk.bell.why(), secrets) else { return };
        if matches!(outcome, JobOutcome::Dead { .. }) {
            let cancelled = on_desk.bell.rung.clone();
            let told = last_word::give_up(&self.application, &self.handlers, &job, cancelled);
            if !told.instrument(span).await {
                return;
            }
        }
        self.settler.hand_in(&job, on_desk, outcome).await;
    }

    /// Runs a handler in a task of its own: it may keep its thread busy while
    /// the other jobs go on.
    async fn run(
        &self,
        handler: Arc<dyn AnyHandler>,
        job: &Arc<plinth_domain::Job>,
        progress: Progress,
        bell: &Bell,
    ) -> Ending {
        let (application, cancelled) = (self.application.clone(), bell.rung.clone());
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
                bell.rung.cancel();
                match task.end().await {
                    Some(Ending::Returned(Ok(()))) => Ending::Returned(Ok(())),
                    _ => Ending::TimedOut(timeout),
                }
            }
            () = bell.rung.cancelled() => task.end().await.unwrap_or(Ending::Halted),
        }
    }
}

/// A task that ends with its owner.
struct Aborting(JoinHandle<Result<(), JobFailure>>);

impl Aborting {
    /// Waits a little for the task to end by itself, then ends it. Either way
    /// it is over afterwards. Answers how, when it ended by itself.
    async fn end(&mut self) -> Option<Ending> {
        if let Ok(ended) = tokio::time::timeout(FAREWELL, &mut self.0).await {
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

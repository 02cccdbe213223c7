//! One run of a worker under one name. It ends when it is asked to stop, or when one of its parts
//! ends.

use std::{sync::Arc, time::Duration};

use apalis::prelude::{Data, WorkerBuilder, WorkerBuilderExt};
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Worker,
    attempt::JobRunner,
    backend::{Assignment, JobBackend},
    claims::{Claims, LimitedClaims},
    heartbeats,
    leases::{LeaseRegistry, StopReason},
    metrics::Metrics,
    room::Room,
    settler::Settler,
};

/// How long attempts may take to stop, the handlers' grace included.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the last outcomes may take to be stored.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(10);

/// A part of a worker ended without being asked to.
#[derive(Debug, thiserror::Error)]
#[error("the {0} ended")]
pub(crate) struct PartEnded(&'static str);

impl Worker {
    /// Runs until `stop`.
    pub(crate) async fn run_once(
        &self,
        name: &str,
        stop: &CancellationToken,
    ) -> Result<(), PartEnded> {
        let (settler, storing) =
            Settler::new(self.needs.application.clone(), Arc::clone(&self.needs.queue));
        let mut storing = Part(tokio::spawn(storing));
        let (leases, closing) = (Arc::new(LeaseRegistry::default()), CancellationToken::new());
        let queue = Arc::clone(&self.needs.queue);
        let beats = heartbeats::beat(queue, Arc::clone(&leases), self.pulse.clone(), self.options);
        let mut beats = Part(tokio::spawn(beats));
        let (assignments, assigned) = mpsc::channel(usize::from(self.options.concurrency));
        let mut claims =
            Part(tokio::spawn(self.claims(name, assignments, Arc::clone(&leases)).run()));
        let runner = JobRunner {
            application: self.needs.application.clone(),
            queue: Arc::clone(&self.needs.queue),
            secrets: Arc::clone(&self.needs.secrets),
            handlers: self.handlers.clone(),
            closing: closing.clone(),
            settler,
            metrics: Metrics::new(&self.handlers),
        };
        let worker = WorkerBuilder::new(name)
            .backend(JobBackend(assigned))
            .data(Arc::new(runner))
            .concurrency(usize::from(self.options.concurrency))
            .build(perform);
        let mut running = Part(tokio::spawn(async move { drop(worker.run().await) }));

        let ended = tokio::select! {
            () = stop.cancelled() => Ok(()),
            () = running.end() => Err(PartEnded("runner of jobs")),
            () = claims.end() => Err(PartEnded("claiming of jobs")),
            () = beats.end() => Err(PartEnded("heartbeat")),
            () = storing.end() => Err(PartEnded("storing of outcomes")),
        };
        // No new attempt begins; claimed jobs that have not begun are released.
        closing.cancel();
        claims.abort().await;
        let halting = async {
            let grace = if ended.is_ok() { self.options.grace } else { Duration::ZERO };
            sleep(grace).await;
            leases.stop_all(StopReason::Stopping);
            sleep(STOP_TIMEOUT).await;
        };
        tokio::select! {
            () = running.end() => {}
            () = halting => running.abort().await,
        }
        // Dropping the runner's task drops the last settler.
        if timeout(SETTLE_TIMEOUT, storing.end()).await.is_err() {
            tracing::error!("the last outcomes could not be stored");
        }
        ended
    }

    fn claims(
        &self,
        name: &str,
        assignments: mpsc::Sender<Assignment>,
        leases: Arc<LeaseRegistry>,
    ) -> Claims {
        Claims {
            bus: Arc::clone(&self.needs.bus),
            secrets: Arc::clone(&self.needs.secrets),
            queue: Arc::clone(&self.needs.queue),
            worker: name.to_owned(),
            room: Room::new(self.handlers.limits()),
            limited: LimitedClaims::default(),
            options: self.options,
            pulse: self.pulse.clone(),
            leases,
            assignments,
        }
    }
}

/// What apalis calls for each job.
async fn perform(assignment: Assignment, runner: Data<Arc<JobRunner>>) {
    let Assignment { leased, guard, slot, room } = assignment;
    runner.attempt(leased, guard).await;
    drop((slot, room));
}

/// A part of the worker: a task that is aborted when this is dropped. Its end
/// can be awaited more than once.
struct Part(JoinHandle<()>);

impl Part {
    /// Waits until it has ended.
    async fn end(&mut self) {
        if self.0.is_finished() {
            return;
        }
        if let Err(gone) = (&mut self.0).await
            && gone.is_panic()
        {
            tracing::error!("a part of the worker panicked");
        }
    }

    /// Aborts it, and waits until it has ended.
    async fn abort(&mut self) {
        self.0.abort();
        self.end().await;
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.0.abort();
    }
}

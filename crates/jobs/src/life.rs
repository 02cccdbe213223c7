//! One life of a worker, under one name: it ends when it is asked to, or when
//! any part of it does.

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
    attempt::Bench,
    backend::{Assignment, JobBackend},
    claims::Claims,
    desk::{Desk, Halt},
    heartbeats,
    metrics::Metrics,
    settler::Settler,
};

/// How long attempts that were told to stop may take, with all that their
/// handlers are granted.
const HALTING: Duration = Duration::from_secs(5);

/// How long the last outcomes may take to be stored.
const STORING: Duration = Duration::from_secs(10);

/// A part of a worker ended, and nobody had asked it to.
#[derive(Debug, thiserror::Error)]
#[error("the {0} ended")]
pub(crate) struct Died(&'static str);

impl Worker {
    /// Lives until `stop`.
    pub(crate) async fn live(&self, name: &str, stop: &CancellationToken) -> Result<(), Died> {
        let (settler, storing) = Settler::new(self.application.clone(), Arc::clone(&self.queue));
        let mut storing = Ending(tokio::spawn(storing));
        let (desk, closing) = (Arc::new(Desk::default()), CancellationToken::new());
        let queue = Arc::clone(&self.queue);
        let beats = heartbeats::beat(queue, Arc::clone(&desk), self.pulse.clone(), self.options);
        let mut beats = Ending(tokio::spawn(beats));
        let (assignments, assigned) = mpsc::channel(usize::from(self.options.concurrency));
        let mut claims =
            Ending(tokio::spawn(self.claims(name, assignments, Arc::clone(&desk)).run()));
        let bench = Bench {
            application: self.application.clone(),
            queue: Arc::clone(&self.queue),
            handlers: self.handlers.clone(),
            closing: closing.clone(),
            settler,
            metrics: Metrics::new(),
        };
        let worker = WorkerBuilder::new(name)
            .backend(JobBackend(assigned))
            .data(Arc::new(bench))
            .concurrency(usize::from(self.options.concurrency))
            .build(perform);
        let mut running = Ending(tokio::spawn(async move { drop(worker.run().await) }));

        let ended = tokio::select! {
            () = stop.cancelled() => Ok(()),
            () = running.end() => Err(Died("runner of jobs")),
            () = claims.end() => Err(Died("claiming of jobs")),
            () = beats.end() => Err(Died("heartbeat")),
            () = storing.end() => Err(Died("storing of outcomes")),
        };
        // Nothing new begins; what was claimed and has not begun is given back.
        closing.cancel();
        claims.abort().await;
        let halting = async {
            let grace = if ended.is_ok() { self.options.grace } else { Duration::ZERO };
            sleep(grace).await;
            desk.halt_all(Halt::Stopping);
            sleep(HALTING).await;
        };
        tokio::select! {
            () = running.end() => {}
            () = halting => running.abort().await,
        }
        // The bench is gone with the runner, so the outcomes come to an end.
        if timeout(STORING, storing.end()).await.is_err() {
            tracing::error!("the last outcomes could not be stored");
        }
        ended
    }

    fn claims(&self, name: &str, assignments: mpsc::Sender<Assignment>, desk: Arc<Desk>) -> Claims {
        Claims {
            application: self.application.clone(),
            queue: Arc::clone(&self.queue),
            worker: name.to_owned(),
            kinds: self.handlers.kinds(),
            options: self.options,
            pulse: self.pulse.clone(),
            desk,
            assignments,
        }
    }
}

/// What apalis calls for each job.
async fn perform(assignment: Assignment, bench: Data<Arc<Bench>>) {
    let Assignment { leased, on_desk, place } = assignment;
    bench.attempt(leased, on_desk).await;
    drop(place);
}

/// A part of the worker. It ends with its owner, and its end can be asked for
/// more than once.
struct Ending(JoinHandle<()>);

impl Ending {
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

    /// Ends it, and waits until it has ended.
    async fn abort(&mut self) {
        self.0.abort();
        self.end().await;
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.abort();
    }
}

//! What every installation's leader does.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, stream};
use plinth_application::{Application, Error};
use plinth_domain::JobState;
use plinth_ports::{JobOutcome, JobQueue, LeasedJob, Reap, Settlement, Signal};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::{Chore, Handlers, last_word, trace};

/// How many leases are taken at once.
const BATCH: u16 = 100;

/// How many jobs are given up at once.
const AT_ONCE: usize = 8;

/// How long the reaper has for those that it settles itself.
const LEASE: Duration = Duration::from_secs(30);

/// Sweeps what has expired.
pub struct Sweep(pub Application);

#[async_trait]
impl Chore for Sweep {
    async fn run(&self) -> Result<(), Error> {
        let rows = self.0.sweep().await?;
        if rows > 0 {
            tracing::info!(rows, "swept what had expired");
        }
        Ok(())
    }
}

/// Takes jobs from workers that are gone.
pub struct ReapLeases {
    application: Application,
    queue: Arc<dyn JobQueue>,
    handlers: Handlers,
}

impl ReapLeases {
    /// Reaps in this queue. The handlers hear of jobs that are dead; a dead job of
    /// a kind without a handler is left to a reaper that knows it.
    #[must_use]
    pub const fn new(
        application: Application,
        queue: Arc<dyn JobQueue>,
        handlers: Handlers,
    ) -> Self {
        Self { application, queue, handlers }
    }

    /// Takes one batch. Answers how many there were.
    async fn reap(&self) -> Result<usize, Error> {
        let reaper = format!("reaper-{}", self.application.ports().ids.next());
        let kinds = self.handlers.kinds();
        let reap = Reap { reaper: &reaper, lease: LEASE, limit: BATCH, kinds: Some(&kinds) };
        let gone = self.queue.reap(reap).await?;
        if gone.retried > 0 {
            tracing::warn!(jobs = gone.retried, "jobs are tried again: their worker is gone");
            self.application.ports().bus.publish(Signal::Jobs);
        }
        let taken = usize::try_from(gone.retried).unwrap_or(usize::MAX);
        let total = taken.saturating_add(gone.ended.len());
        let ends = stream::iter(gone.ended).map(|leased| self.end(leased));
        let ends: Vec<_> = ends.buffer_unordered(AT_ONCE).try_collect().await?;
        self.queue.settle(ends.into_iter().flatten().collect()).await?;
        Ok(total)
    }

    /// How a job ends that has no attempt left; `None` when its handler cannot
    /// give it up now.
    async fn end(&self, leased: LeasedJob) -> Result<Option<Settlement>, Error> {
        let LeasedJob { job, lease } = leased;
        let job = Arc::new(job);
        let error = job.error.clone().unwrap_or_default();
        let (state, outcome) = if job.cancel_requested {
            (JobState::Cancelled, JobOutcome::Cancelled)
        } else {
            let never = CancellationToken::new();
            let told = last_word::give_up(&self.application, &self.handlers, &job, never);
            if !told.instrument(trace::span(&job)).await {
                return Ok(None);
            }
            (JobState::Dead, JobOutcome::Dead { error: error.clone() })
        };
        let entry = Some(self.application.job_ended(&job, state, Some(&error))?);
        Ok(Some(Settlement { lease, outcome, entry }))
    }
}

#[async_trait]
impl Chore for ReapLeases {
    async fn run(&self) -> Result<(), Error> {
        while self.reap().await? == usize::from(BATCH) {}
        Ok(())
    }
}

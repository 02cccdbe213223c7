//! The tasks that every installation's leader runs.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, stream};
use plinth_application::{Application, Error};
use plinth_domain::JobState;
use plinth_ports::{JobOutcome, LeasedJob, Reap, Settlement, Signal};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::{Dependencies, Handlers, ScheduledTask, dead_letter, metrics::Metrics, trace};

/// How many expired leases are taken in one transaction.
const BATCH: u16 = 100;

/// How many handlers of dead jobs are called concurrently.
const AT_ONCE: usize = 8;

/// The reaper's lease on the jobs that it settles.
const LEASE: Duration = Duration::from_secs(30);

/// Removes expired records and uploads.
pub struct Sweep(pub Application);

#[async_trait]
impl ScheduledTask for Sweep {
    async fn run(&self) -> Result<(), Error> {
        let rows = self.0.sweep().await?;
        if rows > 0 {
            tracing::info!(rows, "swept what had expired");
        }
        Ok(())
    }
}

/// Removes what organizations keep no longer.
pub struct Retain(pub Application);

#[async_trait]
impl ScheduledTask for Retain {
    async fn run(&self) -> Result<(), Error> {
        let entries = self.0.apply_retention().await?;
        if entries > 0 {
            tracing::info!(entries, "removed old entries of the audit log");
        }
        Ok(())
    }
}

/// Keeps this cell and the directory in step.
pub struct KeepInStep(pub Application);

#[async_trait]
impl ScheduledTask for KeepInStep {
    async fn run(&self) -> Result<(), Error> {
        self.0.keep_in_step().await.map(drop)
    }
}

/// Takes jobs from workers whose leases have expired.
pub struct ReapLeases {
    needs: Dependencies,
    handlers: Handlers,
    metrics: Metrics,
}

impl ReapLeases {
    /// Reaps in this queue. The handlers are called for dead jobs. A job of a kind without a
    /// handler is left to a reaper that has one.
    #[must_use]
    pub fn new(needs: Dependencies, handlers: Handlers) -> Self {
        let metrics = Metrics::new(&handlers);
        Self { needs, handlers, metrics }
    }

    /// Takes one batch, and returns the number of jobs.
    async fn reap(&self) -> Result<usize, Error> {
        let reaper = format!("reaper-{}", self.needs.ids.next());
        let kinds = self.handlers.kinds();
        let reap = Reap { reaper: &reaper, lease: LEASE, limit: BATCH, kinds: Some(&kinds) };
        let gone = self.needs.queue.reap(reap).await?;
        if gone.retried > 0 {
            tracing::warn!(jobs = gone.retried, "jobs are tried again: their worker is gone");
            self.needs.bus.publish(Signal::Jobs);
        }
        let taken = usize::try_from(gone.retried).unwrap_or(usize::MAX);
        let total = taken.saturating_add(gone.ended.len());
        let ends = stream::iter(gone.ended).map(|leased| self.end(leased));
        let ends: Vec<_> = ends.buffer_unordered(AT_ONCE).try_collect().await?;
        self.needs.queue.settle(ends.into_iter().flatten().collect()).await?;
        Ok(total)
    }

    /// The settlement of a job without an attempt left; `None` when its handler
    /// cannot process the dead job now.
    async fn end(&self, leased: LeasedJob) -> Result<Option<Settlement>, Error> {
        let LeasedJob { job, lease } = leased;
        let job = Arc::new(job);
        let (error, code) = (job.error.clone().unwrap_or_default(), job.error_code.clone());
        let (state, outcome) = if job.cancel_requested {
            (JobState::Cancelled, JobOutcome::Cancelled)
        } else {
            let never = CancellationToken::new();
            let told = dead_letter::report(&self.needs.application, &self.handlers, &job, never);
            if !told.instrument(trace::span(&job)).await {
                return Ok(None);
            }
            (JobState::Dead, JobOutcome::Dead { error: error.clone(), code: code.clone() })
        };
        let ended = self.needs.application.job_ended(&job, state, Some(&error), code.as_deref());
        let entry = Some(ended?);
        if let Some((kind, _)) = self.handlers.find(&job.kind) {
            self.metrics.ended(kind, &outcome);
        }
        Ok(Some(Settlement { lease, outcome, entry }))
    }
}

#[async_trait]
impl ScheduledTask for ReapLeases {
    async fn run(&self) -> Result<(), Error> {
        while self.reap().await? == usize::from(BATCH) {}
        Ok(())
    }
}

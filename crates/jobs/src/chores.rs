//! What every installation's leader does.

use std::{sync::Arc, time::Duration};

use application::{Application, Error};
use async_trait::async_trait;
use domain::JobState;
use ports::{JobOutcome, JobQueue, Settlement, Signal};

use crate::Chore;

/// How many leases are taken at once.
const BATCH: u16 = 100;

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
}

impl ReapLeases {
    /// Reaps in this queue.
    #[must_use]
    pub const fn new(application: Application, queue: Arc<dyn JobQueue>) -> Self {
        Self { application, queue }
    }

    /// Takes one batch. Answers how many there were.
    async fn reap(&self) -> Result<usize, Error> {
        let reaper = format!("reaper-{}", self.application.ports().ids.next());
        let gone = self.queue.reap(&reaper, LEASE, BATCH).await?;
        if gone.retried > 0 {
            tracing::warn!(jobs = gone.retried, "jobs are tried again: their worker is gone");
            self.application.ports().bus.publish(Signal::Jobs);
        }
        let taken = usize::try_from(gone.retried).unwrap_or(usize::MAX);
        let total = taken.saturating_add(gone.ended.len());
        let mut settlements = Vec::with_capacity(gone.ended.len());
        for leased in gone.ended {
            let error = leased.job.error.clone().unwrap_or_default();
            let (state, outcome) = if leased.job.cancel_requested {
                (JobState::Cancelled, JobOutcome::Cancelled)
            } else {
                (JobState::Dead, JobOutcome::Dead { error: error.clone() })
            };
            let entry = Some(self.application.job_ended(&leased.job, state, Some(&error))?);
            settlements.push(Settlement { lease: leased.lease, outcome, entry });
        }
        self.queue.settle(settlements).await?;
        Ok(total)
    }
}

#[async_trait]
impl Chore for ReapLeases {
    async fn run(&self) -> Result<(), Error> {
        while self.reap().await? == usize::from(BATCH) {}
        Ok(())
    }
}

//! Stores outcomes in batches, because each transaction costs two writes to the disk.

use std::{sync::Arc, time::Duration};

use plinth_application::Application;
use plinth_domain::{Job, JobState};
use plinth_ports::{JobOutcome, JobQueue, Settlement};
use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    time::sleep,
};

use crate::leases::LeaseGuard;

/// The maximum number of outcomes in one transaction.
const BATCH: usize = 128;

/// How often a batch is tried, within about 13 s: less than the shortest sensible lease, after
/// which another worker may run the job.
const ATTEMPTS: u32 = 8;

/// Receives outcomes.
#[derive(Clone)]
pub(crate) struct Settler {
    application: Application,
    outcomes: Sender<(Settlement, LeaseGuard)>,
}

impl Settler {
    /// A settler, and the future that stores its outcomes.
    pub(crate) fn new(
        application: Application,
        queue: Arc<dyn JobQueue>,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (outcomes, arriving) = mpsc::channel(BATCH);
        (Self { application, outcomes }, store(queue, arriving))
    }

    /// Sends the outcome of an attempt to the settler.
    pub(crate) async fn hand_in(&self, job: &Job, guard: LeaseGuard, outcome: JobOutcome) {
        let ended = match &outcome {
            JobOutcome::Succeeded => Some((JobState::Succeeded, None, None)),
            JobOutcome::Dead { error, code } => {
                Some((JobState::Dead, Some(error.as_str()), code.as_deref()))
            }
            JobOutcome::Cancelled => Some((JobState::Cancelled, None, None)),
            JobOutcome::Failed { .. } | JobOutcome::Postponed { .. } | JobOutcome::Released => None,
        };
        let entry =
            ended.map(|(state, error, code)| self.application.job_ended(job, state, error, code));
        match entry.transpose() {
            Ok(entry) => {
                // The receiver exists until every settler is dropped.
                let settlement = Settlement { lease: guard.lease(), outcome, entry };
                let _ = self.outcomes.send((settlement, guard)).await;
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, job_id = %job.id, "the end of a job cannot be audited");
            }
        }
    }
}

/// Stores outcomes until every settler is dropped.
async fn store(queue: Arc<dyn JobQueue>, mut arriving: Receiver<(Settlement, LeaseGuard)>) {
    let mut batch = Vec::with_capacity(BATCH);
    while arriving.recv_many(&mut batch, BATCH).await > 0 {
        // The guards keep the leases extended until they are settled.
        let (settlements, guards): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        settle(&*queue, settlements).await;
        drop(guards);
    }
}

/// Settles a batch, with retries while the store does not respond. A job that cannot be settled is
/// run again when its lease has expired.
async fn settle(queue: &dyn JobQueue, batch: Vec<Settlement>) {
    let count = batch.len();
    for attempt in 0..ATTEMPTS {
        match queue.settle(batch.clone()).await {
            Ok(held) => {
                if held.len() < count {
                    let lost = count - held.len();
                    tracing::warn!(lost, "leases expired before their jobs were settled");
                }
                return;
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    count,
                    "jobs could not be settled"
                );
                sleep(Duration::from_millis(50 << attempt)).await;
            }
        }
    }
    tracing::error!(count, "outcomes are lost; the jobs run again when their leases have expired");
}

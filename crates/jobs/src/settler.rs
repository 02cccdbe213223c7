//! Outcomes on their way into the store, many in one transaction: one by one
//! would cost two writes to the disk each.

use std::{sync::Arc, time::Duration};

use plinth_application::Application;
use plinth_domain::{Job, JobState};
use plinth_ports::{JobOutcome, JobQueue, Settlement};
use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    time::sleep,
};

use crate::desk::OnDesk;

/// The most outcomes in one transaction.
const BATCH: usize = 128;

/// How long outcomes are tried to be stored: well below the shortest sensible
/// lease, after which somebody else has the job anyway.
const ATTEMPTS: u32 = 8;

/// Where outcomes are handed in.
#[derive(Clone)]
pub(crate) struct Settler {
    application: Application,
    outcomes: Sender<(Settlement, OnDesk)>,
}

impl Settler {
    /// The place to hand in outcomes, and what stores them.
    pub(crate) fn new(
        application: Application,
        queue: Arc<dyn JobQueue>,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (outcomes, arriving) = mpsc::channel(BATCH);
        (Self { application, outcomes }, store(queue, arriving))
    }

    /// Hands in how an attempt ended.
    pub(crate) async fn hand_in(&self, job: &Job, on_desk: OnDesk, outcome: JobOutcome) {
        let ended = match &outcome {
            JobOutcome::Succeeded => Some((JobState::Succeeded, None)),
            JobOutcome::Dead { error } => Some((JobState::Dead, Some(error.as_str()))),
            JobOutcome::Cancelled => Some((JobState::Cancelled, None)),
            JobOutcome::Failed { .. } | JobOutcome::Released => None,
        };
        let entry = ended.map(|(state, error)| self.application.job_ended(job, state, error));
        match entry.transpose() {
            Ok(entry) => {
                // Whoever stores them goes on until nobody can hand in any more.
                let settlement = Settlement { lease: on_desk.lease(), outcome, entry };
                let _ = self.outcomes.send((settlement, on_desk)).await;
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, job_id = %job.id, "the end of a job cannot be told");
            }
        }
    }
}

/// Stores what is handed in, until nobody can any more.
async fn store(queue: Arc<dyn JobQueue>, mut arriving: Receiver<(Settlement, OnDesk)>) {
    let mut batch = Vec::with_capacity(BATCH);
    while arriving.recv_many(&mut batch, BATCH).await > 0 {
        // They stay on the desk until they are settled.
        let (settlements, on_desk): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        settle(&*queue, settlements).await;
        drop(on_desk);
    }
}

/// Settles a batch, again and again while the store is away. What cannot be
/// settled is run again when its lease is over.
async fn settle(queue: &dyn JobQueue, batch: Vec<Settlement>) {
    let count = batch.len();
    for attempt in 0..ATTEMPTS {
        match queue.settle(batch.clone()).await {
            Ok(held) => {
                if held.len() < count {
                    let lost = count - held.len();
                    tracing::warn!(lost, "jobs were somebody else's before they were settled");
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
    tracing::error!(count, "jobs are given up to whoever runs them next");
}

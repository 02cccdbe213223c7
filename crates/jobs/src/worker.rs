use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use plinth_application::Application;
use plinth_ports::JobQueue;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::{Handlers, Options};

/// How many lives of a worker may end by themselves within [`MEMORY`].
const LIVES: usize = 5;
const MEMORY: Duration = Duration::from_mins(2);

/// How long it rests between two lives.
const REST: Duration = Duration::from_secs(1);

/// The worker does not live.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// Each time it began anew, it ended again.
    #[error("the worker ended {LIVES} times within two minutes")]
    KeepsEnding,
}

/// Runs jobs of all organizations.
pub struct Worker {
    pub(crate) application: Application,
    pub(crate) queue: Arc<dyn JobQueue>,
    pub(crate) handlers: Handlers,
    pub(crate) options: Options,
    pub(crate) pulse: Pulse,
}

impl Worker {
    /// A worker that runs nothing yet.
    #[must_use]
    pub fn new(
        application: Application,
        queue: Arc<dyn JobQueue>,
        handlers: Handlers,
        options: Options,
    ) -> Self {
        Self { application, queue, handlers, options, pulse: Pulse::default() }
    }

    /// What shows that it lives.
    #[must_use]
    pub fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// Runs jobs until `stop`. Then it claims none any more, lets those that
    /// run end for a while, and gives back what has not ended.
    ///
    /// A life that ends before is followed by another under a new name, whose
    /// jobs nobody confuses with the old one's.
    pub async fn run(self, stop: CancellationToken) -> Result<(), WorkerError> {
        let mut ends: VecDeque<Instant> = VecDeque::new();
        loop {
            let name = format!("worker-{}", self.application.ports().ids.next());
            tracing::info!(worker = name, "running jobs");
            let Err(died) = self.live(&name, &stop).await else { return Ok(()) };
            tracing::error!(worker = name, error = %died, "the worker begins anew");
            ends.push_back(Instant::now());
            ends.retain(|end| end.elapsed() < MEMORY);
            if ends.len() >= LIVES {
                return Err(WorkerError::KeepsEnding);
            }
            if stop.run_until_cancelled(sleep(REST)).await.is_none() {
                return Ok(());
            }
        }
    }
}

/// Shows that a worker lives: that it looks into the queue, or has its hands
/// full and keeps its leases. A process that merely exists has none.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<Beats>);

#[derive(Debug, Default)]
struct Beats {
    last: Mutex<Option<Instant>>,
    full: AtomicBool,
}

impl Pulse {
    /// How long ago the last beat was; `None` when there was none yet.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        let last = *self.0.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.map(|last| last.elapsed())
    }

    pub(crate) fn beat(&self) {
        *self.0.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    pub(crate) fn set_full(&self, full: bool) {
        self.0.full.store(full, Ordering::Relaxed);
    }

    /// A beat, when no job is claimed because there is no place for one.
    pub(crate) fn beat_when_full(&self) {
        if self.0.full.load(Ordering::Relaxed) {
            self.beat();
        }
    }
}

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::{Dependencies, Handlers, Options};

/// How many runs of a worker may fail within [`FAILURE_WINDOW`].
const MAX_FAILURES: usize = 5;
const FAILURE_WINDOW: Duration = Duration::from_mins(2);

/// The delay before a worker is restarted.
const RESTART_DELAY: Duration = Duration::from_secs(1);

/// The worker cannot run.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// It failed again each time it was restarted.
    #[error("the worker ended {MAX_FAILURES} times within two minutes")]
    KeepsEnding,
}

/// Runs jobs of all organizations.
pub struct Worker {
    pub(crate) needs: Dependencies,
    pub(crate) handlers: Handlers,
    pub(crate) options: Options,
    pub(crate) pulse: Pulse,
}

impl Worker {
    /// A worker with these handlers.
    #[must_use]
    pub fn new(needs: Dependencies, handlers: Handlers, options: Options) -> Self {
        Self { needs, handlers, options, pulse: Pulse::default() }
    }

    /// The pulse of this worker.
    #[must_use]
    pub fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// Runs jobs until `stop`. Then it claims no more, waits for running jobs for
    /// [`Options::grace`], and releases those that have not ended.
    ///
    /// When a part of it fails, it starts again under a new name, which keeps its
    /// leases apart from the old ones.
    pub async fn run(self, stop: CancellationToken) -> Result<(), WorkerError> {
        let mut ends: VecDeque<Instant> = VecDeque::new();
        loop {
            let name = format!("worker-{}", self.needs.ids.next());
            tracing::info!(worker = name, "running jobs");
            let Err(failed) = self.run_once(&name, &stop).await else { return Ok(()) };
            tracing::error!(worker = name, error = %failed, "the worker starts again");
            ends.push_back(Instant::now());
            ends.retain(|end| end.elapsed() < FAILURE_WINDOW);
            if ends.len() >= MAX_FAILURES {
                return Err(WorkerError::KeepsEnding);
            }
            if stop.run_until_cancelled(sleep(RESTART_DELAY)).await.is_none() {
                return Ok(());
            }
        }
    }
}

/// Shows that a worker makes progress: it polls the queue, or all its slots are taken and it
/// extends its leases. A running process alone does not prove that.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<Beats>);

#[derive(Debug, Default)]
struct Beats {
    last: Mutex<Option<Instant>>,
    full: AtomicBool,
}

impl Pulse {
    /// The time since the last beat; `None` before the first one.
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

    /// Records a beat if no job is claimed because no slot is free.
    pub(crate) fn beat_when_full(&self) {
        if self.0.full.load(Ordering::Relaxed) {
            self.beat();
        }
    }
}

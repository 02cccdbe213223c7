use std::time::Duration;

/// The settings of a worker.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The maximum number of concurrent jobs, from 1.
    pub concurrency: u16,
    /// How long a lease lasts without a heartbeat: after this time another worker can take the job
    /// of a crashed one.
    pub lease: Duration,
    /// How often the queue is polled without a signal.
    pub poll: Duration,
    /// How long running jobs may continue after the worker was asked to stop; then they are
    /// cancelled and released.
    pub grace: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            concurrency: 16,
            lease: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            grace: Duration::from_secs(20),
        }
    }
}

impl Options {
    /// The interval of heartbeats, which also limits how soon a worker learns about a cancellation.
    pub(crate) fn beat(&self) -> Duration {
        (self.lease / 4).min(Duration::from_secs(2))
    }
}

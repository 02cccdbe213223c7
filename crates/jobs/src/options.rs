use std::time::Duration;

/// The settings of a worker.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The most jobs at once, from 1.
    pub concurrency: u16,
    /// How long a lease lasts without a heartbeat: the time until another worker
    /// takes the job of one that is gone.
    pub lease: Duration,
    /// How often the queue is polled without a signal that jobs wait.
    pub poll: Duration,
    /// How long running jobs may go on after the worker was asked to stop; then
    /// they are cancelled and released.
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
    /// The interval of heartbeats, which is also how soon a worker hears that a job
    /// was cancelled.
    pub(crate) fn beat(&self) -> Duration {
        (self.lease / 4).min(Duration::from_secs(2))
    }
}

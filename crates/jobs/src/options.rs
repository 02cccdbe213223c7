use std::time::Duration;

/// How a worker works.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many jobs run at once, from 1.
    pub concurrency: u16,
    /// How long a lease lasts without a heartbeat. A job whose worker is gone
    /// waits as long for another one.
    pub lease: Duration,
    /// How often the queue is looked at when nobody says that jobs wait.
    pub poll: Duration,
    /// How long running jobs may take to end after the worker was asked to
    /// stop; then they are cancelled and given back.
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
    /// How often leases are extended, which is also how soon a worker hears
    /// that a job was called off.
    pub(crate) fn beat(&self) -> Duration {
        (self.lease / 4).min(Duration::from_secs(2))
    }
}

use std::time::Duration;

use plinth_domain::{ModelFault, ModelTimeouts};
use tokio::time::{Instant, timeout_at};

use crate::failure::Failure;

/// How long the end of a stream is waited for once the reason of the answer's end has come: the
/// usage comes at once, or never.
const AFTER_FINISH: Duration = Duration::from_secs(5);

/// Longer than any call: a moment after it can be computed.
const LONGEST: Duration = Duration::from_hours(24);

/// When a call has taken too long, and by which fault.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadlines {
    timeouts: ModelTimeouts,
    total: Instant,
    first_token: Instant,
}

/// A moment, and the fault when it has passed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    at: Instant,
    fault: ModelFault,
}

impl Deadlines {
    /// The deadlines of a call that begins now.
    pub(crate) fn start(timeouts: ModelTimeouts) -> Self {
        let now = Instant::now();
        let timeouts = ModelTimeouts {
            connect: timeouts.connect.min(LONGEST),
            first_token: timeouts.first_token.min(LONGEST),
            idle: timeouts.idle.min(LONGEST),
            total: timeouts.total.min(LONGEST),
        };
        Self { timeouts, total: now + timeouts.total, first_token: now + timeouts.first_token }
    }

    /// How long connecting may take.
    pub(crate) fn connect(&self) -> Duration {
        self.timeouts.connect
    }

    /// For the whole call.
    pub(crate) fn total(&self) -> Deadline {
        Deadline { at: self.total, fault: ModelFault::TotalTimeout }
    }

    /// Until the first content.
    pub(crate) fn first_token(&self) -> Deadline {
        self.not_after_total(self.first_token, ModelFault::FirstTokenTimeout)
    }

    /// Until the next line after one that came at `since`.
    pub(crate) fn idle(&self, since: Instant) -> Deadline {
        self.not_after_total(since + self.timeouts.idle, ModelFault::IdleTimeout)
    }

    /// Until the next line, once the answer has ended.
    pub(crate) fn after_finish(&self, since: Instant) -> Deadline {
        let wait = self.timeouts.idle.min(AFTER_FINISH);
        self.not_after_total(since + wait, ModelFault::IdleTimeout)
    }

    fn not_after_total(&self, at: Instant, fault: ModelFault) -> Deadline {
        if at < self.total { Deadline { at, fault } } else { self.total() }
    }
}

impl Deadline {
    /// Waits for a future until the deadline.
    pub(crate) async fn run<F: Future>(self, future: F) -> Result<F::Output, Failure> {
        let late = |_| Failure::new(self.fault, self.fault.code().meaning());
        timeout_at(self.at, future).await.map_err(late)
    }
}

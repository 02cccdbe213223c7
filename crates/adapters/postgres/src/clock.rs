//! The time of the processes, which is that of the database where theirs is wrong.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use chrono::TimeDelta;
use plinth_domain::Timestamp;
use plinth_ports::Clock;

/// How far a process's clock may be from the database's before the latter counts. Less is the error
/// of an observation on a busy machine.
const TOLERANCE: TimeDelta = TimeDelta::seconds(1);

/// The last time that the server told, and when it was received.
#[derive(Debug, Clone, Default)]
pub struct Observed(Arc<Mutex<Option<(Timestamp, Instant)>>>);

impl Observed {
    /// Notes the time of a transaction that has just begun.
    pub fn note(&self, time: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((time, Instant::now()));
    }

    /// The server's time now.
    fn now(&self) -> Option<Timestamp> {
        let (time, at) = (*self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        Some(time + at.elapsed())
    }
}

/// A clock that all processes of one database share: each unit of work tells the server's time, and
/// where the process's own clock differs by more than a second, the server's counts.
pub struct PgClock {
    own: Arc<dyn Clock>,
    observed: Observed,
}

impl PgClock {
    pub(crate) fn new(own: Arc<dyn Clock>, observed: Observed) -> Self {
        Self { own, observed }
    }
}

impl Clock for PgClock {
    fn now(&self) -> Timestamp {
        let own = self.own.now();
        match self.observed.now() {
            Some(shared) if (shared - own).abs() > TOLERANCE => shared,
            _ => own,
        }
    }
}

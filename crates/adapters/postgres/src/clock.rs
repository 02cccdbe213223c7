//! The time of the processes, which is that of the database where theirs is wrong.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use chrono::{SubsecRound, TimeDelta};
use plinth_domain::Timestamp;
use plinth_ports::Clock;

/// How far a process's clock may be from the database's before the latter counts. Less is the error
/// of an observation on a busy machine.
const TOLERANCE: TimeDelta = TimeDelta::seconds(1);

/// How long an observation counts.
const FRESH: Duration = Duration::from_secs(10);

/// A time that the server told, and when it was received.
#[derive(Debug, Clone, Default)]
pub struct Observed(Arc<Mutex<Option<(Timestamp, Instant)>>>);

impl Observed {
    /// Notes the time of a transaction that has just begun. Of the times that were told within ten
    /// seconds, the one that was received fastest counts.
    pub fn note(&self, time: Timestamp) {
        let mut observed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_better = |&(known, at): &(Timestamp, Instant)| {
            let passed = at.elapsed();
            passed > FRESH || time > known + passed
        };
        if observed.as_ref().is_none_or(is_better) {
            *observed = Some((time, Instant::now()));
        }
    }

    /// The server's time now, in microseconds as it is stored, if it was told within ten seconds.
    pub fn recent(&self) -> Option<Timestamp> {
        let (time, at) = (*self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        let passed = at.elapsed();
        (passed <= FRESH).then(|| (time + passed).trunc_subsecs(6))
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

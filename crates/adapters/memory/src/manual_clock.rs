use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::SubsecRound;
use plinth_domain::Timestamp;
use plinth_in_process::SystemClock;
use plinth_ports::Clock;

/// A clock whose time changes only when a test sets it.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that shows `at`, truncated to microseconds.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self(Mutex::new(at.trunc_subsecs(6)))
    }

    /// A clock that shows the machine's time at its creation.
    #[must_use]
    pub fn starting_now() -> Self {
        Self::new(SystemClock.now())
    }

    /// Sets the clock to `at`, forwards or backwards.
    pub fn set(&self, at: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at.trunc_subsecs(6);
    }

    /// Advances the clock by `time`, truncated to microseconds.
    pub fn advance(&self, time: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = (*now + time).trunc_subsecs(6);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_it_is_told_to() {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::from_nanos(90_000_001_999));
        assert_eq!(clock.now().timestamp_micros(), 90_000_001);
        clock.set(Timestamp::UNIX_EPOCH);
        assert_eq!(clock.now(), Timestamp::UNIX_EPOCH);
    }
}

use chrono::{SubsecRound, Utc};
use plinth_domain::Timestamp;
use plinth_ports::Clock;

/// The machine's clock, truncated to microseconds like PostgreSQL's.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one adapter that may ask the machine")]
    fn now(&self) -> Timestamp {
        Utc::now().trunc_subsecs(6)
    }
}

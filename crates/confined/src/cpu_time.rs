use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The CPU time that this process has used. Unlike wall-clock time it does not depend on what else
/// the machine does.
#[must_use]
pub fn cpu_time_used() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().unwrap_or_default()
}

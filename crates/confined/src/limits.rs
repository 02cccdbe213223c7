use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::memory;

/// What a child process may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The maximum wall-clock time, after which the attempt has failed and may be repeated: it
    /// depends on what else the machine does.
    pub wall_time: Duration,
    /// The maximum CPU time, in whole seconds. A child that uses it up is given a verdict.
    pub cpu_time: Duration,
    /// The maximum address space, in bytes. A child that exceeds it is given a verdict.
    pub memory_bytes: u64,
}

/// How many children of `memory_bytes` each this machine can run at once: no more than it has
/// cores, and no more than fit into three quarters of the memory that this process may use; at
/// least one.
#[must_use]
pub fn at_once(memory_bytes: u64) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    fitting(cores, memory::usable(), memory_bytes)
}

fn fitting(cores: usize, memory: Option<u64>, each: u64) -> usize {
    let fit = memory.map_or(cores, |memory| {
        usize::try_from(memory / 4 * 3 / each.max(1)).unwrap_or(usize::MAX)
    });
    fit.min(cores).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_and_memory_bound_how_many_children_run_at_once() {
        const GIB: u64 = 1024 * 1024 * 1024;
        assert_eq!(fitting(2, Some(64 * GIB), GIB), 2);
        assert_eq!(fitting(16, Some(8 * GIB), GIB), 6);
        assert_eq!(fitting(16, Some(GIB / 2), GIB), 1);
        assert_eq!(fitting(4, None, GIB), 4);
    }
}

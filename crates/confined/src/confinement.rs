use std::fmt;

use serde::{Deserialize, Serialize};

/// What the kernel enforces on a child process besides its resource limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// Whether a seccomp filter refuses every system call that the work does not need.
    pub seccomp: bool,
    /// Whether Landlock refuses every access to files by path.
    pub landlock: bool,
}

impl Confinement {
    /// Whether the kernel enforces everything that Plinth asks for.
    #[must_use]
    pub const fn is_complete(self) -> bool {
        self.seccomp && self.landlock
    }
}

impl fmt::Display for Confinement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.seccomp, self.landlock) {
            (true, true) => "resource limits, seccomp and Landlock",
            (true, false) => "resource limits and seccomp, without Landlock",
            (false, true) => "resource limits and Landlock, without seccomp",
            (false, false) => "resource limits only",
        })
    }
}

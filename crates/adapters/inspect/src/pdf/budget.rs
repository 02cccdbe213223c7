use std::time::Duration;

use plinth_confined::cpu_time_used;

/// How many steps are taken between two looks at the clock.
const STEPS: u32 = 1024;

/// What reading the text of a document may cost.
pub(crate) struct Budget {
    /// How many bytes of text are still taken.
    bytes: usize,
    /// The CPU time of this process, after which no more text is read.
    deadline: Duration,
    steps: u32,
    spent: bool,
    lost: bool,
}

impl Budget {
    pub(crate) const fn new(bytes: usize, deadline: Duration) -> Self {
        Self { bytes, deadline, steps: 0, spent: false, lost: false }
    }

    /// Counts a step, and tells whether it must not be taken any more.
    pub(crate) fn is_spent(&mut self) -> bool {
        self.steps += 1;
        if self.steps >= STEPS {
            self.steps = 0;
            self.spent |= cpu_time_used() > self.deadline;
        }
        self.spent
    }

    /// Takes some bytes of text.
    pub(crate) fn take(&mut self, bytes: usize) {
        match self.bytes.checked_sub(bytes) {
            Some(left) => self.bytes = left,
            None => self.spent = true,
        }
    }

    /// Notes that the file lacks text that it should have.
    pub(crate) const fn lose(&mut self) {
        self.lost = true;
    }

    /// Whether all text was read.
    pub(crate) const fn was_enough(&self) -> bool {
        !self.spent && !self.lost
    }
}

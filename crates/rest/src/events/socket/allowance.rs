use tokio::time::Instant;

/// How many messages a client may send at once.
const BURST: f64 = 60.0;

/// How many come back in a second.
const PER_SECOND: f64 = 10.0;

/// How many messages a client may still send.
pub(super) struct Allowance {
    left: f64,
    at: Instant,
}

impl Allowance {
    pub(super) fn new() -> Self {
        Self { left: BURST, at: Instant::now() }
    }

    /// Takes one; `false` when there is none left.
    pub(super) fn take(&mut self) -> bool {
        let now = Instant::now();
        let back = now.duration_since(self.at).as_secs_f64() * PER_SECOND;
        (self.left, self.at) = ((self.left + back).min(BURST), now);
        if self.left < 1.0 {
            return false;
        }
        self.left -= 1.0;
        true
    }
}

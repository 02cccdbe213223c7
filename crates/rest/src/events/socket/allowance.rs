use tokio::time::Instant;

/// How many messages a client may send in a burst.
const BURST: f64 = 60.0;

/// How many messages are allowed again per second.
const PER_SECOND: f64 = 10.0;

/// The rate limit of one socket: a token bucket.
pub(super) struct Allowance {
    left: f64,
    at: Instant,
}

impl Allowance {
    pub(super) fn new() -> Self {
        Self { left: BURST, at: Instant::now() }
    }

    /// Takes one token; `false` if none is left.
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

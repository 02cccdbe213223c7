use std::time::Duration;

/// Exponential backoff between attempts, from 50 ms to 1 s.
#[derive(Debug)]
pub(crate) struct Backoff(Duration);

impl Backoff {
    const SHORTEST: Duration = Duration::from_millis(50);
    const LONGEST: Duration = Duration::from_secs(1);

    pub(crate) const fn new() -> Self {
        Self(Self::SHORTEST)
    }

    /// Waits, and doubles the next delay.
    pub(crate) async fn wait(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(Self::LONGEST);
    }

    /// Records a successful attempt.
    pub(crate) fn reset(&mut self) {
        self.0 = Self::SHORTEST;
    }

    /// Whether no attempt failed since the last success.
    pub(crate) fn is_first(&self) -> bool {
        self.0 == Self::SHORTEST
    }
}

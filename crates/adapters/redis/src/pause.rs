use std::time::Duration;

/// How long to wait before another attempt: longer each time, and never long.
#[derive(Debug)]
pub(crate) struct Pause(Duration);

impl Pause {
    const SHORTEST: Duration = Duration::from_millis(50);
    const LONGEST: Duration = Duration::from_secs(1);

    pub(crate) const fn new() -> Self {
        Self(Self::SHORTEST)
    }

    /// Waits, and longer the next time.
    pub(crate) async fn wait(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(Self::LONGEST);
    }

    /// An attempt went well.
    pub(crate) fn reset(&mut self) {
        self.0 = Self::SHORTEST;
    }

    /// Whether the last attempt went well.
    pub(crate) fn is_first(&self) -> bool {
        self.0 == Self::SHORTEST
    }
}

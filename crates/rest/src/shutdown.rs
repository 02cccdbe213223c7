use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio_util::sync::CancellationToken;

/// How long before the shutdown deadline bodies are no longer waited for: the time for their
/// answers.
const ANSWERING: Duration = Duration::from_secs(2);

/// Whether the server is stopping. `/ready` responds with 503 then.
#[derive(Debug, Clone, Default)]
pub struct Stopping(Arc<AtomicBool>);

impl Stopping {
    /// Marks the server as stopping.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the server is stopping.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Until when the server waits for the bodies of requests, once it is stopping.
#[derive(Debug, Clone, Default)]
pub(crate) struct BodyDeadlines {
    /// Bodies that another request can continue: until the listener closes.
    pub(crate) resumable: CancellationToken,
    /// All other bodies: almost until the shutdown deadline.
    pub(crate) any: CancellationToken,
}

impl BodyDeadlines {
    /// The listener closes now, and running requests have `left`.
    pub(crate) fn begin(&self, left: Duration) {
        self.resumable.cancel();
        let any = self.any.clone();
        let wait = left.saturating_sub(ANSWERING.min(left / 2));
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            any.cancel();
        });
    }
}

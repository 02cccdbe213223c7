use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use plinth_ports::{JobQueue, Lease};
use tokio::{sync::Notify, time::sleep};

/// The delay between two writes.
const PAUSE: Duration = Duration::from_secs(1);

/// Reports the progress of a job. It may be set at any rate and is stored about once a second.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Reported>);

#[derive(Debug, Default)]
struct Reported {
    percent: AtomicU8,
    changed: Notify,
}

impl Progress {
    /// Sets the percentage, 0 to 100.
    pub fn set(&self, percent: u8) {
        let percent = percent.min(100);
        if self.0.percent.swap(percent, Ordering::Relaxed) != percent {
            self.0.changed.notify_one();
        }
    }

    /// Stores the reported progress until the future is dropped.
    pub(crate) async fn write(&self, queue: &dyn JobQueue, lease: Lease) {
        loop {
            self.0.changed.notified().await;
            let percent = self.0.percent.load(Ordering::Relaxed);
            if let Err(error) = queue.report(lease, percent).await {
                tracing::debug!(
                    error = &error as &dyn std::error::Error,
                    "progress could not be written"
                );
            }
            sleep(PAUSE).await;
        }
    }
}

//! A file whose age shows whether the worker makes progress.

use std::{fs, future::pending, io, path::Path, time::Duration};

use plinth_jobs::Pulse;
use plinth_settings::Settings;
use tokio::time::{MissedTickBehavior, interval};

/// How often the file is touched.
const INTERVAL: Duration = Duration::from_secs(2);

/// The age from which the worker counts as unhealthy: the queue is polled every
/// second, and a short outage of the database is no reason for a restart.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Why the worker counts as unhealthy.
#[derive(Debug, thiserror::Error)]
pub enum Unhealthy {
    /// No file is configured.
    #[error("the setting worker.health_file names no file")]
    Unset,
    /// The file does not exist: no worker has made progress yet.
    #[error("there is no sign of life")]
    Absent(#[source] io::Error),
    /// The file is too old.
    #[error("the last sign of life is {0:?} old")]
    Old(Duration),
}

/// Touches the file while the worker makes progress.
pub(crate) async fn show(file: Option<&str>, pulse: &Pulse) {
    let Some(file) = file else { return pending().await };
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if pulse.age().is_some_and(|age| age < TIMEOUT / 2)
            && let Err(error) = tokio::fs::write(file, b"").await
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the sign of life cannot be written"
            );
        }
    }
}

/// Checks the file of the worker on this machine.
///
/// # Errors
/// With the reason, when the worker is unhealthy.
pub fn check(settings: &Settings) -> Result<(), Unhealthy> {
    let file = settings.worker.health_file.as_deref().ok_or(Unhealthy::Unset)?;
    let touched = fs::metadata(Path::new(file)).and_then(|metadata| metadata.modified());
    // The clock may have been set back.
    let age = touched.map_err(Unhealthy::Absent)?.elapsed().unwrap_or_default();
    if age < TIMEOUT { Ok(()) } else { Err(Unhealthy::Old(age)) }
}

//! A file whose age tells whether the worker makes progress. That a process
//! exists tells nothing.

use std::{fs, future::pending, io, path::Path, time::Duration};

use plinth_jobs::Pulse;
use plinth_settings::Settings;
use tokio::time::{MissedTickBehavior, interval};

/// How often the file is touched.
const EVERY: Duration = Duration::from_secs(2);

/// How old a sign of life may be: the queue is looked into every second, and a
/// database that is away for a moment is no reason to be restarted.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why the worker does not count as healthy.
#[derive(Debug, thiserror::Error)]
pub enum Unhealthy {
    /// There is nothing to look at.
    #[error("the setting worker.health_file names no file")]
    Unset,
    /// The file is not there: no worker has made progress yet.
    #[error("there is no sign of life")]
    Absent(#[source] io::Error),
    /// It is old.
    #[error("the last sign of life is {0:?} old")]
    Old(Duration),
}

/// Touches the file as long as the worker makes progress.
pub(crate) async fn show(file: Option<&str>, pulse: &Pulse) {
    let Some(file) = file else { return pending().await };
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if pulse.age().is_some_and(|age| age < PATIENCE / 2)
            && let Err(error) = tokio::fs::write(file, b"").await
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the sign of life cannot be written"
            );
        }
    }
}

/// Looks at the file: whether the worker on this machine is healthy.
///
/// # Errors
/// When it is not, with the reason.
pub fn check(settings: &Settings) -> Result<(), Unhealthy> {
    let file = settings.worker.health_file.as_deref().ok_or(Unhealthy::Unset)?;
    let touched = fs::metadata(Path::new(file)).and_then(|facts| facts.modified());
    // A clock that was set back makes it young.
    let age = touched.map_err(Unhealthy::Absent)?.elapsed().unwrap_or_default();
    if age < PATIENCE { Ok(()) } else { Err(Unhealthy::Old(age)) }
}

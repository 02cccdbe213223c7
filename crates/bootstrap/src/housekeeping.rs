use std::time::Duration;

use application::Application;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Far more often than anything that is swept matters: expired rows are
/// refused by their time, and partitions are made three months ahead.
const EVERY: Duration = Duration::from_mins(15);

/// Sweeps what has expired, now and then, until `stop`.
pub async fn keep_house(application: Application, stop: CancellationToken) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        match application.sweep().await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "swept what had expired"),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "sweeping failed");
            }
        }
    }
}

//! Extends the leases of a worker, independent of its jobs.

use std::{sync::Arc, time::Duration};

use plinth_ports::JobQueue;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::{
    Options, Pulse,
    leases::{LeaseRegistry, StopReason},
};

/// Sends heartbeats until it is dropped.
pub(crate) async fn beat(
    queue: Arc<dyn JobQueue>,
    leases: Arc<LeaseRegistry>,
    pulse: Pulse,
    options: Options,
) {
    let mut ticks = interval(options.beat());
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut extended = Instant::now();
    loop {
        ticks.tick().await;
        let asked = leases.leases();
        match queue.heartbeat(&asked, options.lease).await {
            Ok(held) => {
                extended = Instant::now();
                leases.compare(&asked, &held);
                pulse.beat_when_full();
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "leases could not be extended"
                );
                // Another worker may have leased the jobs meanwhile.
                if extended.elapsed() > options.lease + Duration::from_secs(1) {
                    leases.stop_all(StopReason::LeaseLost);
                }
            }
        }
    }
}

//! Keeps the leases of a worker alive, beside and whatever its jobs do.

use std::{sync::Arc, time::Duration};

use plinth_ports::JobQueue;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::{
    Options, Pulse,
    desk::{Desk, Halt},
};

/// Extends the leases until it is dropped.
pub(crate) async fn beat(
    queue: Arc<dyn JobQueue>,
    desk: Arc<Desk>,
    pulse: Pulse,
    options: Options,
) {
    let mut ticks = interval(options.beat());
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut extended = Instant::now();
    loop {
        ticks.tick().await;
        let asked = desk.leases();
        match queue.heartbeat(&asked, options.lease).await {
            Ok(held) => {
                extended = Instant::now();
                desk.compare(&asked, &held);
                pulse.beat_when_full();
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "leases could not be extended"
                );
                // Another worker may have the jobs by now.
                if extended.elapsed() > options.lease + Duration::from_secs(1) {
                    desk.halt_all(Halt::Lost);
                }
            }
        }
    }
}

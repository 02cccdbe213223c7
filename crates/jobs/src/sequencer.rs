use std::{sync::Arc, time::Duration};

use futures::FutureExt;
use plinth_application::{Application, Error};
use plinth_ports::{Bus, Leadership, Signal, Signals};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::{leading::while_leading, metrics};

/// The name of the lead of the process that assigns the numbers.
const LEAD_NAME: &str = "sequencer";

/// The maximum delay of an entry when its signal is lost.
const POLL: Duration = Duration::from_millis(500);

/// The shortest time from one pass to the next: while entries keep coming, those of this time get
/// their numbers together. An entry after a quiet moment gets its number at once.
const PACE: Duration = Duration::from_millis(10);

/// Numbers the entries of the audit log until `stop`. It may run in any number of processes: one is
/// the leader, the others wait.
pub async fn run_sequencer(
    application: Application,
    leadership: Arc<dyn Leadership>,
    bus: Arc<dyn Bus>,
    stop: CancellationToken,
) {
    let work = || follow(&application, &*bus).boxed();
    while_leading(&*leadership, LEAD_NAME, &stop, work).await;
}

/// Assigns numbers.
async fn follow(application: &Application, bus: &dyn Bus) {
    // Before the first query, so that no entry is missed in between.
    let mut signals = bus.subscribe();
    let quarantined = metrics::quarantined();
    loop {
        let begun = Instant::now();
        match application.sequence_pending().await {
            Ok(done) if done.quarantined > 0 => quarantined.add(done.quarantined, &[]),
            Ok(_) => {}
            Err(error) => {
                warn(&error);
                sleep(POLL).await;
            }
        }
        wait(&mut *signals).await;
        sleep_until(begun + PACE).await;
        // One query covers all signals so far.
        while signals.next().now_or_never().is_some() {}
    }
}

/// Waits for a signal of new entries, or for the next poll.
async fn wait(signals: &mut dyn Signals) {
    let until = Instant::now() + POLL;
    while let Ok(signal) = timeout_at(until, signals.next()).await {
        if matches!(signal, Signal::Journal | Signal::Missed) {
            return;
        }
    }
}

fn warn(error: &Error) {
    let error = error as &dyn std::error::Error;
    tracing::warn!(error, "the audit log's entries cannot be numbered");
}

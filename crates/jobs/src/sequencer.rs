use std::{error::Error, sync::Arc, time::Duration};

use futures::FutureExt;
use plinth_application::Application;
use plinth_ports::{Bus, Lead, Leadership, Signal, Signals};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

/// The lock of the process that assigns the numbers.
const LOCK_NAME: &str = "sequencer";

/// The maximum delay of an entry when its signal is lost.
const POLL: Duration = Duration::from_millis(500);

/// How often other processes try to get the lock, and the leader checks that it still holds it.
const LEADER_POLL: Duration = Duration::from_secs(2);

/// Numbers the entries of the audit log until `stop`. It may run in any number of processes: one is
/// the leader, the others wait.
pub async fn run_sequencer(
    application: Application,
    leadership: Arc<dyn Leadership>,
    bus: Arc<dyn Bus>,
    stop: CancellationToken,
) {
    let work = async {
        loop {
            match leadership.try_lead(LOCK_NAME).await {
                Ok(Some(lead)) => follow(&application, &*bus, lead).await,
                Ok(None) => {}
                Err(error) => warn("the sequencer's lock cannot be asked for", &error),
            }
            sleep(LEADER_POLL).await;
        }
    };
    stop.run_until_cancelled(work).await;
}

/// Assigns numbers while the lock is held.
async fn follow(application: &Application, bus: &dyn Bus, mut lead: Box<dyn Lead>) {
    // Before the first query, so that no entry is missed in between.
    let mut signals = bus.subscribe();
    let mut asked = Instant::now();
    tracing::debug!("this process numbers the audit log");
    loop {
        if let Err(error) = application.sequence_pending().await {
            warn("the audit log's entries cannot be numbered", &error);
            sleep(POLL).await;
        }
        if asked.elapsed() > LEADER_POLL {
            if !lead.is_held().await {
                tracing::warn!("the sequencer's lock is lost");
                return;
            }
            asked = Instant::now();
        }
        wait(&mut *signals).await;
    }
}

/// Waits for a signal of new entries, or for the next poll.
async fn wait(signals: &mut dyn Signals) {
    let until = Instant::now() + POLL;
    while let Ok(signal) = timeout_at(until, signals.next()).await {
        if matches!(signal, Signal::Journal | Signal::Missed) {
            // One query covers all signals so far.
            while signals.next().now_or_never().is_some() {}
            return;
        }
    }
}

fn warn(what: &'static str, error: &(dyn Error + 'static)) {
    tracing::warn!(error, "{what}");
}

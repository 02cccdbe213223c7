use std::{error::Error, time::Duration};

use futures::FutureExt;
use plinth_application::Application;
use plinth_ports::{Lead, Signal, Signals};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

/// Whoever has the lead of this name gives the numbers.
const LEAD: &str = "sequencer";

/// How long an entry may wait when its signal got lost.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How often those without the lead ask for it, and the leader whether it
/// still is.
const ASK_EVERY: Duration = Duration::from_secs(2);

/// Gives the journal's entries their numbers, until `stop`. It may run in any
/// number of processes: one of them leads, the others wait for it to go.
pub async fn run_sequencer(application: Application, stop: CancellationToken) {
    let lead = async {
        loop {
            match application.ports().leadership.try_lead(LEAD).await {
                Ok(Some(lead)) => follow(&application, lead).await,
                Ok(None) => {}
                Err(error) => unwell("the sequencer's lead cannot be asked for", &error),
            }
            sleep(ASK_EVERY).await;
        }
    };
    stop.run_until_cancelled(lead).await;
}

/// Gives numbers as long as the lead is held.
async fn follow(application: &Application, mut lead: Box<dyn Lead>) {
    // Before the first look, so that no entry falls between the two.
    let mut signals = application.ports().bus.subscribe();
    let mut asked = Instant::now();
    tracing::debug!("this process numbers the journal");
    loop {
        if let Err(error) = application.sequence_pending().await {
            unwell("the journal's entries cannot be numbered", &error);
            sleep(LOOK_EVERY).await;
        }
        if asked.elapsed() > ASK_EVERY {
            if !lead.is_held().await {
                tracing::warn!("the sequencer's lead is lost");
                return;
            }
            asked = Instant::now();
        }
        wait(&mut *signals).await;
    }
}

/// Waits until entries may be there: somebody says so, or it is time to look.
async fn wait(signals: &mut dyn Signals) {
    let until = Instant::now() + LOOK_EVERY;
    while let Ok(signal) = timeout_at(until, signals.next()).await {
        if matches!(signal, Signal::Journal | Signal::Missed) {
            // What was said meanwhile means the same.
            while signals.next().now_or_never().is_some() {}
            return;
        }
    }
}

fn unwell(what: &'static str, error: &(dyn Error + 'static)) {
    tracing::warn!(error, "{what}");
}

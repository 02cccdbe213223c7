//! Work that one of many processes does.

use std::{error::Error, time::Duration};

use futures::future::BoxFuture;
use plinth_ports::{Lead, Leadership};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How often a process tries to become the leader.
const TRY: Duration = Duration::from_secs(3);

/// How often the leader renews its lease: four times within ten seconds.
const RENEWALS: u32 = 4;

/// The longest wait for an answer when the lead is given up.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(2);

/// Does `work` while this process leads, until `stop`. Then another process can lead at once.
pub(crate) async fn while_leading<'w>(
    leadership: &dyn Leadership,
    name: &'static str,
    stop: &CancellationToken,
    work: impl Fn() -> BoxFuture<'w, ()> + Send + Sync,
) {
    while !stop.is_cancelled() {
        match leadership.try_lead(name).await {
            Ok(Some(mut lead)) => {
                tracing::info!(lead = name, "this process leads");
                tokio::select! {
                    () = work() => {}
                    () = renew(&mut *lead, name) => {
                        tracing::warn!(lead = name, "the lead is lost");
                    }
                    () = stop.cancelled() => {}
                }
                if let Ok(Err(error)) = timeout(RELEASE_TIMEOUT, lead.release()).await {
                    warn("the lead could not be given up; it expires", name, &error);
                }
            }
            Ok(None) => {}
            Err(error) => warn("the lead could not be asked for", name, &error),
        }
        stop.run_until_cancelled(sleep(TRY)).await;
    }
}

/// Renews the lease until it is lost: taken by another process, or not renewed in time.
async fn renew(lead: &mut dyn Lead, name: &'static str) {
    let pause = lead.lease() / RENEWALS;
    // Before the request is sent: the store counts from a later moment.
    let mut renewed = Instant::now();
    loop {
        sleep(pause).await;
        let (asked, end) = (Instant::now(), renewed + lead.lease());
        match tokio::time::timeout_at(end, lead.renew()).await {
            Ok(Ok(true)) => renewed = asked,
            Ok(Ok(false)) | Err(_) => return,
            Ok(Err(error)) => warn("the lead could not be renewed", name, &error),
        }
    }
}

fn warn(what: &'static str, lead: &'static str, error: &(dyn Error + 'static)) {
    tracing::warn!(error, lead, "{what}");
}

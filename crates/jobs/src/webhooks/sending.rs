use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use plinth_application::{
    Error,
    webhooks::{Dispatched, DueDelivery, EndedAttempt},
};
use plinth_domain::{WebhookDeliveryId, WebhookTurn};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{WebhookWorker, leases::Leases, warn};
use crate::metrics;

/// The events that are sent to one webhook at once.
const AT_ONCE: usize = 20;

/// What runs for one webhook.
#[derive(Default)]
struct Running<'a> {
    attempts: FuturesUnordered<BoxFuture<'a, EndedAttempt>>,
    sent: HashSet<WebhookDeliveryId>,
}

/// How often new events are looked for while attempts run.
const LOOK_EVERY: Duration = Duration::from_millis(500);

impl WebhookWorker {
    /// Sends the events of one webhook until nothing is due.
    pub(super) async fn serve(&self, turn: WebhookTurn, leases: &Leases, stop: &CancellationToken) {
        let lost = leases.begin(turn);
        let ended = lost.run_until_cancelled(self.send_all(turn, stop)).await;
        leases.end(turn);
        let released = match ended {
            Some(Ok(())) => self.application.release_webhook(turn, self.holder).await,
            // Its lease expires: that is the delay before the next try.
            Some(Err(error)) => Err(error),
            None => Ok(()),
        };
        if let Err(error) = released {
            warn(&error, Some(turn));
        }
    }

    async fn send_all(&self, turn: WebhookTurn, stop: &CancellationToken) -> Result<(), Error> {
        let mut running = Running::default();
        loop {
            let dispatched = self.application.dispatch_events(turn, self.holder).await?;
            let is_over = dispatched == Dispatched::Lost || stop.is_cancelled();
            if is_over || !self.begin(turn, &mut running).await? {
                return self.finish(turn, running).await;
            }
            if running.attempts.is_empty() {
                if dispatched == Dispatched::More {
                    continue;
                }
                return Ok(());
            }
            let ended = timeout(LOOK_EVERY, running.attempts.next()).await;
            if let Ok(Some(first)) = ended
                && !self.store(turn, first, &mut running).await?
            {
                return self.finish(turn, running).await;
            }
        }
    }

    /// Begins the attempts for which there is room. `false` when the webhook is paused or removed.
    async fn begin<'a>(
        &'a self,
        turn: WebhookTurn,
        running: &mut Running<'a>,
    ) -> Result<bool, Error> {
        let room = AT_ONCE - running.attempts.len();
        if room == 0 {
            return Ok(true);
        }
        let sent = running.sent.iter().copied().collect();
        let limit = u32::try_from(room).unwrap_or(u32::MAX);
        let Some(due) = self.application.due_deliveries(turn, sent, limit).await? else {
            return Ok(false);
        };
        for due in due {
            running.sent.insert(due.delivery.id);
            running.attempts.push(self.attempt(due).boxed());
        }
        Ok(true)
    }

    async fn attempt(&self, due: DueDelivery) -> EndedAttempt {
        let DueDelivery { delivery, call } = due;
        let begun = Instant::now();
        let outcome = self.sender.send(call).await;
        let took = begun.elapsed();
        metrics::webhook_attempt(outcome.as_ref().ok().map(|reply| reply.status), took);
        EndedAttempt { delivery, took, outcome }
    }

    /// Stores an attempt that has ended, with all others that have. Returns whether the webhook gets
    /// more.
    async fn store(
        &self,
        turn: WebhookTurn,
        first: EndedAttempt,
        running: &mut Running<'_>,
    ) -> Result<bool, Error> {
        let mut ended = vec![first];
        while let Some(Some(next)) = running.attempts.next().now_or_never() {
            ended.push(next);
        }
        let ids: Vec<_> = ended.iter().map(|ended| ended.delivery.id).collect();
        let goes_on = self.application.end_attempts(turn, ended).await?;
        running.sent.retain(|id| !ids.contains(id));
        Ok(goes_on)
    }

    /// Waits for the attempts that run, and stores them.
    async fn finish(&self, turn: WebhookTurn, mut running: Running<'_>) -> Result<(), Error> {
        while let Some(first) = running.attempts.next().await {
            self.store(turn, first, &mut running).await?;
        }
        Ok(())
    }
}

//! Sends events to webhooks.
//!
//! A worker leases webhooks, and sends the events of each in a task of its own: a slow server delays
//! its own events only. The application decides and stores; here is only what runs at once.

mod leases;
mod sending;

use std::{collections::HashSet, sync::Arc, time::Duration};

use futures::FutureExt;
use plinth_application::{Application, Error};
use plinth_domain::{OrganizationId, WebhookTurn};
use plinth_ports::{Bus, Signal, Signals, StoreError, WebhookClaim, WebhookQueue, WebhookSender};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until, timeout, timeout_at},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use leases::Leases;

/// The webhooks whose events a process sends at once.
const AT_ONCE: usize = 1024;

/// How often webhooks are looked for whose signal got lost, or that have a delivery that is due.
const POLL: Duration = Duration::from_secs(1);

/// The shortest time from one look to the next.
const PACE: Duration = Duration::from_millis(50);

/// Sends the events of all organizations to their webhooks.
pub struct WebhookWorker {
    /// Decides what is sent, and stores what becomes of it.
    pub application: Application,
    /// The webhooks that have something to send.
    pub queue: Arc<dyn WebhookQueue>,
    /// Sends one event.
    pub sender: Arc<dyn WebhookSender>,
    /// Tells of new events.
    pub bus: Arc<dyn Bus>,
    /// The holder of this worker's leases: a new name for each worker.
    pub holder: Uuid,
    /// How long a lease lasts without an extension: after it, another worker sends the events of a
    /// worker that is gone.
    pub lease: Duration,
    /// How long running attempts may take after `stop`.
    pub grace: Duration,
}

impl WebhookWorker {
    /// Sends events until `stop`. Then it begins no attempt more, and waits for those that run.
    pub async fn run(self, stop: CancellationToken) {
        let worker = Arc::new(self);
        let mut signals = worker.bus.subscribe();
        let leases = Arc::new(Leases::default());
        let keeper = tokio::spawn(leases::keep(Arc::clone(&worker), Arc::clone(&leases)));
        let mut tasks = JoinSet::new();
        let mut only: Option<HashSet<OrganizationId>> = None;
        while !stop.is_cancelled() {
            let begun = Instant::now();
            let free = AT_ONCE.saturating_sub(tasks.len());
            match worker.claim(free, only.as_ref()).await {
                Ok(turns) => {
                    for turn in turns {
                        let (worker, leases, stop) =
                            (Arc::clone(&worker), Arc::clone(&leases), stop.clone());
                        tasks.spawn(async move { worker.serve(turn, &leases, &stop).await });
                    }
                }
                Err(error) => warn(&Error::from(error), None),
            }
            sleep_until(begun + PACE).await;
            only = stop.run_until_cancelled(wait(&mut *signals)).await.flatten();
            while tasks.try_join_next().is_some() {}
        }
        let ended = timeout(worker.grace, async { while tasks.join_next().await.is_some() {} });
        if ended.await.is_err() {
            tracing::warn!("attempts to send events were cut; another worker repeats them");
        }
        keeper.abort();
    }

    async fn claim(
        &self,
        free: usize,
        only: Option<&HashSet<OrganizationId>>,
    ) -> Result<Vec<WebhookTurn>, StoreError> {
        if free == 0 {
            return Ok(Vec::new());
        }
        let organizations: Option<Vec<_>> = only.map(|only| only.iter().copied().collect());
        let claim = WebhookClaim {
            holder: self.holder,
            lease: self.lease,
            limit: u32::try_from(free).unwrap_or(u32::MAX),
            organizations: organizations.as_deref(),
        };
        self.queue.claim(claim).await
    }
}

/// Waits for events, and returns their organizations; `None` when all are to be looked at.
async fn wait(signals: &mut dyn Signals) -> Option<HashSet<OrganizationId>> {
    let until = Instant::now() + POLL;
    let mut organizations = HashSet::new();
    while organizations.is_empty() {
        match timeout_at(until, signals.next()).await {
            Ok(Signal::Events(organization)) => organizations.insert(organization),
            Ok(Signal::Missed) | Err(_) => return None,
            Ok(_) => continue,
        };
    }
    while let Some(signal) = signals.next().now_or_never() {
        match signal {
            Signal::Events(organization) => drop(organizations.insert(organization)),
            Signal::Missed => return None,
            _ => {}
        }
    }
    Some(organizations)
}

/// Logs that events cannot be sent now.
fn warn(error: &Error, turn: Option<WebhookTurn>) {
    let error = error as &dyn std::error::Error;
    let organization = turn.map(|turn| turn.organization.to_string());
    let webhook = turn.map(|turn| turn.webhook.to_string());
    tracing::warn!(error, organization, webhook, "events cannot be sent to webhooks now");
}

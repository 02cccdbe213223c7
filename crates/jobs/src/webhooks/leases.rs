use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use plinth_application::Error;
use plinth_domain::WebhookTurn;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{WebhookWorker, warn};

/// The webhooks that this process holds. Each has a token that is cancelled when its lease is lost.
#[derive(Default)]
pub(super) struct Leases(Mutex<HashMap<WebhookTurn, CancellationToken>>);

impl Leases {
    fn held(&self) -> MutexGuard<'_, HashMap<WebhookTurn, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a webhook that was just leased.
    pub(super) fn begin(&self, turn: WebhookTurn) -> CancellationToken {
        let lost = CancellationToken::new();
        self.held().insert(turn, lost.clone());
        lost
    }

    pub(super) fn end(&self, turn: WebhookTurn) {
        self.held().remove(&turn);
    }
}

/// Extends all leases, independent of what is sent.
pub(super) async fn keep(worker: Arc<WebhookWorker>, leases: Arc<Leases>) {
    loop {
        sleep(worker.lease / 4).await;
        let turns: Vec<WebhookTurn> = leases.held().keys().copied().collect();
        if turns.is_empty() {
            continue;
        }
        match worker.queue.extend(worker.holder, &turns, worker.lease).await {
            Ok(still) => {
                let held = leases.held();
                let lost = turns.iter().filter(|turn| !still.contains(turn));
                lost.filter_map(|turn| held.get(turn)).for_each(CancellationToken::cancel);
            }
            Err(error) => warn(&Error::from(error), None),
        }
    }
}

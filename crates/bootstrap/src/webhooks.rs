use std::{future::Future, sync::Arc};

use chrono::TimeDelta;
use plinth_application::WebhookPolicy;
use plinth_in_process::UuidV7;
use plinth_jobs::WebhookWorker;
use plinth_outgoing::Outgoing;
use plinth_ports::Ids;
use plinth_settings::Settings;
use plinth_webhook_sender::SignedSender;
use tokio_util::sync::CancellationToken;

use crate::{Error, Plinth, calls, span};

/// How events are sent to webhooks.
pub(crate) fn policy(settings: &Settings) -> WebhookPolicy {
    let webhooks = &settings.webhooks;
    let mut delays = webhooks.retries.iter().map(|delay| span(*delay));
    let retries: [Option<TimeDelta>; 7] = std::array::from_fn(|_| delays.next());
    WebhookPolicy {
        per_organization: webhooks.per_organization,
        timeout: webhooks.timeout,
        retries,
        disable_after: span(webhooks.disable_after),
        kept: span(webhooks.kept),
    }
}

impl Plinth {
    /// Sends events to webhooks until `stop`.
    ///
    /// # Errors
    /// When `outgoing.allow` cannot be read.
    pub fn run_webhooks(
        &self,
        settings: &Settings,
        stop: CancellationToken,
    ) -> Result<impl Future<Output = ()> + use<>, Error> {
        let worker = WebhookWorker {
            application: self.application.clone(),
            queue: Arc::new(self.store.clone()),
            sender: Arc::new(SignedSender::new(Outgoing::new(calls::rules(settings)?))),
            bus: self.bus.clone(),
            holder: UuidV7.next(),
            lease: settings.webhooks.lease,
            grace: settings.worker.shutdown_grace,
        };
        Ok(worker.run(stop))
    }
}

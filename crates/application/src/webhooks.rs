//! Webhooks: servers to which an organization has its events sent.
//!
//! A worker that holds the lease of a webhook repeats three steps: [`Application::dispatch_events`]
//! makes deliveries of the events behind the webhook's cursor, and moves the cursor in the same
//! commit; [`Application::due_deliveries`] tells what to send; [`Application::end_attempts`] stores
//! what became of it. So a crash neither loses nor doubles a delivery, and at most repeats an attempt.

mod attempts;
mod deliveries;
mod dispatch;
mod headers;
mod message;
mod secret;
mod write;

use plinth_domain::{Permission, SecretRef, Webhook, WebhookId};
use plinth_ports::{Page, PageRequest, WebhookFilter, WebhookProgress, WebhookSort};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Error, Query, Reading, View,
    comments::subjects,
    resource::{Descriptor, Found, Resource},
};

pub use attempts::{DueDelivery, EndedAttempt};
pub use deliveries::{
    DeliveryDetails, GetDelivery, ListDeliveries, MAX_REPLAY, ReplayEvents, Replayed,
    ResendDelivery, TestWebhook,
};
pub use dispatch::Dispatched;
pub use secret::RotateWebhookSecret;
pub use write::{CreateWebhook, CreatedWebhook, RemoveWebhook, UpdateWebhook, WebhookUpdate};

plinth_domain::codes! {
    WEBHOOK_URL_FORBIDDEN = "webhook.url_forbidden",
        "The URL is none that the operator lets Plinth call.";
    WEBHOOK_HEADERS_BOUND = "webhook.headers_bound",
        "Headers are not sent to another address: give them again with the new one, or null.";
    WEBHOOK_EVENT_UNKNOWN = "webhook.event_unknown", "No event has this name or kind.";
    WEBHOOK_EXCEEDS_CALLER = "webhook.exceeds_caller",
        "A webhook gets no events that the caller may not read.";
    WEBHOOK_PAUSED = "webhook.paused", "The webhook is switched off: it gets nothing.";
    WEBHOOK_DELIVERY_PENDING = "webhook.delivery_pending",
        "The delivery has not ended: it will be sent anyway.";
    WEBHOOK_BACKLOG = "webhook.backlog",
        "The webhook has too many deliveries that wait: none can be added by hand.";
    WEBHOOKS_EXHAUSTED = "webhook.exhausted",
        "The organization has as many webhooks as it may have.";
}

impl Resource for Webhook {
    const KIND: &'static str = "webhook";
    const TOPIC: &'static str = "webhooks";
    const READ: Permission = Permission::WebhookRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn audit_view(&self) -> impl Serialize {
        #[derive(Serialize)]
        struct AuditView<'a> {
            url: &'a str,
            description: Option<&'a str>,
            events: Vec<&'a str>,
            api_version: &'static str,
            paused: Option<&'static str>,
            headers: &'a [String],
            secret: String,
            previous_secret_until: Option<plinth_domain::Timestamp>,
            version: i64,
        }
        AuditView {
            url: shown(self.url.as_str()),
            description: self.description.as_ref().map(plinth_domain::Lines::as_str),
            events: self.events.iter().map(plinth_domain::EventPattern::as_str).collect(),
            api_version: self.version.name(),
            paused: self.paused.map(plinth_domain::WebhookPause::name),
            headers: self.headers.as_ref().map_or(&[], |headers| &headers.names),
            secret: SecretRef::shown(&self.secret),
            previous_secret_until: self.previous.as_ref().map(|previous| previous.until),
            version: self.revision.version.number(),
        }
    }
}

/// A URL without its query, which may hold a secret.
fn shown(url: &str) -> &str {
    url.split_once('?').map_or(url, |(path, _)| path)
}

/// The permissions to read all events about a kind of record.
fn reads_of(resource: &'static Descriptor) -> impl Iterator<Item = Permission> {
    std::iter::once(resource.read).chain(subjects::further_reads(resource.kind))
}

fn exceeds_caller(lacked: Permission) -> Error {
    let detail = format!("the caller lacks the permission {}", lacked.name());
    Error::Refused { code: WEBHOOK_EXCEEDS_CALLER, detail: detail.into() }
}

/// A webhook, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookState {
    /// The webhook.
    pub webhook: Webhook,
    /// How far it is in the event stream.
    pub progress: WebhookProgress,
}

/// Reads one webhook.
#[derive(Debug, Clone, Copy)]
pub struct GetWebhook {
    /// The webhook.
    pub id: WebhookId,
}

impl Query for GetWebhook {
    const NAME: &'static str = "webhook.get";
    const PERMISSION: Permission = Permission::WebhookRead;
    type Output = WebhookState;

    async fn run(self, view: &mut View<'_>) -> Result<WebhookState, Error> {
        let webhook = view.unit.webhooks().get(self.id).await?;
        let progress = view.unit.webhook_deliveries().progress(self.id).await?;
        Ok(WebhookState { webhook, progress: progress.ok_or(Error::NotFound(Webhook::KIND))? })
    }
}

/// Lists webhooks.
#[derive(Debug, Clone)]
pub struct ListWebhooks {
    /// Selects the webhooks.
    pub filter: WebhookFilter,
    /// The order and the position.
    pub page: PageRequest<WebhookSort>,
}

impl Query for ListWebhooks {
    const NAME: &'static str = "webhook.list";
    const PERMISSION: Permission = Permission::WebhookRead;
    type Output = Page<Webhook>;

    fn reading(&self) -> Reading {
        Reading::page(&self.page, false)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<Webhook>, Error> {
        Ok(view.unit.webhooks().list(&self.filter, &self.page).await?)
    }
}

use chrono::{DateTime, Utc};
use plinth_application::webhooks::{CreatedWebhook, WebhookState};
use plinth_domain::{Lines, Webhook};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::values::names;

names! {
    /// Why a webhook gets nothing: a user has disabled it, every delivery has failed for days, or its
    /// server has answered 410.
    WebhookPauseName = Disabled, Failing, Gone
}

names! {
    /// The form of what is sent.
    WebhookVersionName = V1
}

/// A server to which events are sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct WebhookView {
    id: Uuid,
    #[schema(example = "https://example.com/hooks/plinth")]
    url: String,
    description: Option<String>,
    /// Which events it gets: `*`, `project.*`, `project.created`.
    #[schema(example = json!(["project.*", "invoice.issued"]))]
    events: Vec<String>,
    #[schema(value_type = WebhookVersionName)]
    api_version: &'static str,
    enabled: bool,
    /// Why it is not enabled.
    #[schema(value_type = Option<WebhookPauseName>)]
    paused: Option<&'static str>,
    /// The names of the headers that are sent with each event.
    header_names: Vec<String>,
    /// Dots and the last four characters of the secret.
    #[schema(example = "…3fA=")]
    secret_hint: String,
    /// Until when the secret before it signs, too.
    previous_secret_until: Option<DateTime<Utc>>,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Webhook> for WebhookView {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id.uuid(),
            url: webhook.url.as_str().to_owned(),
            description: webhook.description.as_ref().map(Lines::as_str).map(str::to_owned),
            events: webhook.events.iter().map(|event| event.as_str().to_owned()).collect(),
            api_version: webhook.version.name(),
            enabled: webhook.paused.is_none(),
            paused: webhook.paused.map(plinth_domain::WebhookPause::name),
            header_names: webhook.headers.map(|headers| headers.names).unwrap_or_default(),
            secret_hint: webhook.secret.shown(),
            previous_secret_until: webhook.previous.map(|previous| previous.until),
            version: webhook.revision.version.number(),
            created_at: webhook.revision.created_at,
            updated_at: webhook.revision.updated_at,
        }
    }
}

/// A webhook with its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewWebhookView {
    #[serde(flatten)]
    webhook: WebhookView,
    /// The secret that signs (Standard Webhooks). It is shown only once; in a replayed response it is
    /// `null`.
    #[schema(example = "whsec_…")]
    secret: Option<String>,
}

impl NewWebhookView {
    pub(super) fn of(created: &CreatedWebhook, show_secret: bool) -> Self {
        Self {
            webhook: created.webhook.clone().into(),
            secret: show_secret.then(|| created.secret.expose().to_owned()),
        }
    }
}

/// A webhook, and how far it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookStateView {
    #[serde(flatten)]
    webhook: WebhookView,
    /// The number of the last event that was delivered, is on its way, or is not for it.
    #[schema(minimum = 0)]
    last_number: i64,
    /// The deliveries that wait or are sent.
    #[schema(minimum = 0)]
    pending_deliveries: u64,
    /// Since when every attempt has failed.
    failing_since: Option<DateTime<Utc>>,
}

impl From<WebhookState> for WebhookStateView {
    fn from(WebhookState { webhook, progress }: WebhookState) -> Self {
        Self {
            webhook: webhook.into(),
            last_number: progress.number,
            pending_deliveries: progress.pending,
            failing_since: progress.failing_since,
        }
    }
}

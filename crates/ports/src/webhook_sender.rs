use std::time::Duration;

use async_trait::async_trait;
use plinth_domain::{JsonObject, Timestamp, WebhookHeaders, WebhookReply};
use secrecy::SecretString;
use uuid::Uuid;

/// One attempt to send an event.
#[derive(Debug, Clone)]
pub struct WebhookCall {
    /// Where it is sent.
    pub url: String,
    /// Headers beside those of Standard Webhooks.
    pub headers: WebhookHeaders,
    /// The secrets that sign it, the newest first.
    pub secrets: Vec<SecretString>,
    /// `webhook-id`.
    pub id: Uuid,
    /// `webhook-timestamp`.
    pub at: Timestamp,
    /// What is sent.
    pub body: JsonObject,
    /// How long the whole attempt may take.
    pub timeout: Duration,
}

/// Sends events, signed by [Standard Webhooks](https://www.standardwebhooks.com).
#[async_trait]
pub trait WebhookSender: Send + Sync {
    /// What the server answered, or why there is no answer. Redirects are answers: none is followed.
    async fn send(&self, call: WebhookCall) -> Result<WebhookReply, String>;
}

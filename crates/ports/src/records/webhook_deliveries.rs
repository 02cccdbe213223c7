//! Events on their way to webhooks, and how far each webhook is in the event stream.

use async_trait::async_trait;
use plinth_domain::{
    JsonObject, SecretId, Timestamp, WebhookAttempt, WebhookCause, WebhookDelivery,
    WebhookDeliveryId, WebhookDeliveryStatus, WebhookId,
};
use uuid::Uuid;

use crate::{
    Batch, Limit, OneOf, Page, PageRequest, Result, SealedSecret, SortValue, page::sort_keys,
};

sort_keys! {
    /// The orders of the deliveries of a webhook.
    WebhookDeliverySort of WebhookDelivery, by |d| d.id.uuid();
    CreatedAt = "created_at" => |d| SortValue::Time(d.revision.created_at),
    UpdatedAt = "updated_at" => |d| SortValue::Time(d.revision.updated_at),
}

/// Selects the deliveries of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookDeliveryFilter {
    /// Only deliveries with one of these statuses.
    pub status: OneOf<WebhookDeliveryStatus>,
    /// Only deliveries for one of these reasons.
    pub cause: OneOf<WebhookCause>,
    /// Only deliveries of the events of this name.
    pub event: Option<String>,
}

/// How far a webhook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookProgress {
    /// The number of the last event that is delivered, is on its way, or was not for the webhook.
    pub number: i64,
    /// Since when every attempt has failed; `None` after a success.
    pub failing_since: Option<Timestamp>,
    /// The deliveries that wait or are sent.
    pub pending: u64,
}

/// Reads deliveries.
#[async_trait]
pub trait WebhookDeliveryReader: Send {
    /// One page of the deliveries of a webhook.
    async fn deliveries(
        &mut self,
        webhook: WebhookId,
        filter: &WebhookDeliveryFilter,
        page: &PageRequest<WebhookDeliverySort>,
    ) -> Result<Page<WebhookDelivery>>;
    /// A delivery, and what is sent.
    async fn delivery(
        &mut self,
        delivery: WebhookDeliveryId,
    ) -> Result<Option<(WebhookDelivery, JsonObject)>>;
    /// The attempts of a delivery, in their order.
    async fn attempts(&mut self, delivery: WebhookDeliveryId) -> Result<Vec<WebhookAttempt>>;
    /// How far a webhook is; `None` where there is none.
    async fn progress(&mut self, webhook: WebhookId) -> Result<Option<WebhookProgress>>;
    /// The secrets with these identities.
    async fn secrets(&mut self, secrets: &[SecretId]) -> Result<Vec<SealedSecret>>;
    /// The deliveries whose time has come on the store's clock, and what is sent, the longest due first. Of those about one
    /// subject, only the first that is pending; without those in `except`, which are sent already.
    async fn due(
        &mut self,
        webhook: WebhookId,
        except: &[WebhookDeliveryId],
        limit: Limit,
    ) -> Result<Batch<(WebhookDelivery, JsonObject)>>;
}

/// Reads and writes deliveries.
///
/// **The order of locks.** Each operation that writes locks the progress of its webhook first, after
/// the webhook itself where a command locks that.
#[async_trait]
pub trait WebhookDeliveries: WebhookDeliveryReader {
    /// Lets a webhook, a new one or one that was paused, follow the event stream after its last event.
    async fn follow(&mut self, webhook: WebhookId) -> Result<()>;
    /// Ends that. What is pending stays so.
    async fn unfollow(&mut self, webhook: WebhookId) -> Result<()>;
    /// Stores new deliveries of a webhook, behind all that it has.
    async fn add(
        &mut self,
        webhook: WebhookId,
        deliveries: &[(WebhookDelivery, JsonObject)],
    ) -> Result<()>;
    /// Stores how far a webhook is. `false`, and nothing is stored, unless the holder has its lease.
    async fn advance(&mut self, webhook: WebhookId, holder: Uuid, number: i64) -> Result<bool>;
    /// Stores attempts of deliveries of a webhook and the next revisions of the deliveries. Returns
    /// those that were stored: another holder may have ended a delivery first.
    async fn attempted(
        &mut self,
        webhook: WebhookId,
        attempts: &[(WebhookDelivery, WebhookAttempt)],
    ) -> Result<Vec<WebhookDeliveryId>>;
    /// Stores since when a webhook fails.
    async fn fails_since(&mut self, webhook: WebhookId, since: Option<Timestamp>) -> Result<()>;
    /// Gives a lease up until the next delivery is due, and removes up to `limit` deliveries that ended
    /// before a time.
    async fn release(
        &mut self,
        webhook: WebhookId,
        holder: Uuid,
        ended_before: Timestamp,
        limit: u32,
    ) -> Result<()>;
}

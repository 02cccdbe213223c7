use std::time::Duration;

use async_trait::async_trait;
use plinth_domain::{OrganizationId, WebhookTurn};
use uuid::Uuid;

use crate::Result;

/// A request for webhooks that have something to send.
#[derive(Debug, Clone, Copy)]
pub struct WebhookClaim<'a> {
    /// The holder of the leases: one name for each process.
    pub holder: Uuid,
    /// How long the leases last, until they are extended.
    pub lease: Duration,
    /// The most webhooks.
    pub limit: u32,
    /// Only webhooks of these organizations; `None` for all.
    pub organizations: Option<&'a [OrganizationId]>,
}

/// The webhooks of all organizations, for the workers. One worker at a time sends the events of a
/// webhook. All times come from the store's clock.
#[async_trait]
pub trait WebhookQueue: Send + Sync {
    /// Leases webhooks that are behind the event stream, or have a delivery that is due. The
    /// organizations take turns.
    async fn claim(&self, claim: WebhookClaim<'_>) -> Result<Vec<WebhookTurn>>;

    /// Extends leases, and returns those that the holder still has.
    async fn extend(
        &self,
        holder: Uuid,
        turns: &[WebhookTurn],
        time: Duration,
    ) -> Result<Vec<WebhookTurn>>;
}

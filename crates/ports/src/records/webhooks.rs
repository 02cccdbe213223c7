//! Servers to which an organization has its events sent.

use plinth_domain::{Id, OrganizationId, Revision, Webhook, WebhookPause};

use super::{Constraint, Record};
use crate::{OneOf, SortValue, page::sort_keys};

/// The secret that signs does not exist.
pub const SECRET: Constraint = Constraint("webhooks_organization_id_secret_id_fkey");
/// The secret before it does not exist.
pub const PREVIOUS_SECRET: Constraint =
    Constraint("webhooks_organization_id_previous_secret_id_fkey");
/// The secret with the headers does not exist.
pub const HEADERS_SECRET: Constraint =
    Constraint("webhooks_organization_id_headers_secret_id_fkey");

sort_keys! {
    /// The orders of a list of webhooks.
    WebhookSort of Webhook, by |w| w.id.uuid();
    CreatedAt = "created_at" => |w| SortValue::Time(w.revision.created_at),
    UpdatedAt = "updated_at" => |w| SortValue::Time(w.revision.updated_at),
}

/// Selects the webhooks of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookFilter {
    /// Only webhooks that get nothing for one of these reasons.
    pub paused: OneOf<WebhookPause>,
}

impl Record for Webhook {
    const TABLE: &'static str = "webhooks";
    type Filter = WebhookFilter;
    type Sort = WebhookSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &WebhookFilter) -> bool {
        filter.paused.allows_some(self.paused.as_ref())
    }
}

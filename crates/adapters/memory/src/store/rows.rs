//! Rows with more columns than the value of the domain.

use plinth_domain::{
    BudgetId, BudgetSpending, EntryId, JsonObject, Principal, SeriesPattern, Session, SessionState,
    Timestamp, WebhookDelivery,
};
use plinth_ports::{AgentProgress, ChainHash, SessionClient, SessionTokens, StoredReply};

/// A session with its tokens' hashes.
#[derive(Debug, Clone)]
pub(super) struct SessionRow {
    pub(super) session: Session,
    pub(super) tokens: SessionTokens,
    pub(super) client: SessionClient,
    /// Also after it was revoked.
    pub(super) was_rotated: bool,
}

impl SessionRow {
    pub(super) fn new(session: Session, tokens: SessionTokens, client: SessionClient) -> Self {
        let was_rotated = matches!(session.state, SessionState::Rotated { .. });
        Self { session, tokens, client, was_rotated }
    }

    /// Whether a sweep at `now` removes it.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.session.expires_at <= now || self.was_rotated && self.session.access_expires_at <= now
    }
}

/// The lease of a running job.
#[derive(Debug, Clone)]
pub(super) struct LeaseRow {
    pub(super) token: uuid::Uuid,
    pub(super) until: Timestamp,
}

/// A feature flag without the organizations' overrides.
#[derive(Debug, Clone)]
pub(super) struct FlagRow {
    pub(super) description: String,
    pub(super) enabled: bool,
    pub(super) rollout_percent: u8,
}

/// The reply of an idempotency key.
#[derive(Debug, Clone)]
pub(super) struct ReplyRow {
    pub(super) fingerprint: [u8; 32],
    pub(super) reply: StoredReply,
    pub(super) expires_at: Timestamp,
}

/// An idempotency key with its principal and operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ReplyKey {
    principal: (&'static str, uuid::Uuid),
    operation: &'static str,
    key: String,
}

impl ReplyKey {
    pub(super) fn new(principal: Principal, operation: &'static str, key: &str) -> Self {
        let principal = (principal.kind(), principal.id());
        Self { principal, operation, key: key.to_owned() }
    }
}

/// The audit record that has a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct SequenceRow {
    pub(super) entry: EntryId,
    pub(super) hash: ChainHash,
}

/// What a period of a budget has cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct BudgetPeriodRow {
    pub(super) budget: BudgetId,
    pub(super) spending: BudgetSpending,
}

/// The last number of a series.
#[derive(Debug, Clone)]
pub(super) struct SeriesRow {
    pub(super) pattern: SeriesPattern,
    pub(super) last_number: u64,
    pub(super) last_issued_on: chrono::NaiveDate,
}

/// From where a run of an agent goes on, and who may write about it.
#[derive(Debug, Clone, Default)]
pub(super) struct AgentProgressRow {
    pub(super) holder: Option<uuid::Uuid>,
    pub(super) progress: AgentProgress,
}

/// How far a webhook is, and who sends its events.
#[derive(Debug, Clone, Default)]
pub(super) struct WebhookCursor {
    pub(super) number: i64,
    pub(super) enabled: bool,
    pub(super) failing_since: Option<Timestamp>,
    pub(super) holder: Option<(uuid::Uuid, Timestamp)>,
}

/// A delivery with what is sent, and its place among those of its webhook.
#[derive(Debug, Clone)]
pub(super) struct WebhookDeliveryRow {
    pub(super) position: usize,
    pub(super) delivery: WebhookDelivery,
    pub(super) body: JsonObject,
}

impl WebhookCursor {
    pub(super) fn is_of(&self, holder: uuid::Uuid) -> bool {
        self.holder.is_some_and(|(known, _)| known == holder)
    }
}

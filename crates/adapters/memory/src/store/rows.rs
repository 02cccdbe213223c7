//! What is stored with a record that the record itself does not carry.

use plinth_domain::{
    ApiKey, EntryId, FamilyId, Invitation, InvitationId, Job, OrganizationId, Principal, Session,
    Timestamp, User,
};
use plinth_ports::{ChainHash, PasswordHash, StoredReply, TokenHash};

/// A person with what proves that it is them.
#[derive(Debug, Clone)]
pub(super) struct UserRow {
    pub(super) user: User,
    pub(super) password: Option<PasswordHash>,
}

/// A session with its tokens' hashes.
#[derive(Debug, Clone)]
pub(super) struct SessionRow {
    pub(super) session: Session,
    pub(super) access: TokenHash,
    pub(super) refresh: TokenHash,
}

impl SessionRow {
    pub(super) fn descends_from(&self, organization: OrganizationId, family: FamilyId) -> bool {
        self.session.organization == organization && self.session.family == family
    }
}

/// An API key with its secret's hash.
#[derive(Debug, Clone)]
pub(super) struct ApiKeyRow {
    pub(super) key: ApiKey,
    pub(super) secret: TokenHash,
}

/// An invitation with its token's hash.
#[derive(Debug, Clone)]
pub(super) struct InvitationRow {
    pub(super) invitation: Invitation,
    pub(super) token: TokenHash,
}

/// How an invitation is told apart.
pub(super) type InvitationKey = (OrganizationId, InvitationId);

/// A job with the lease that a worker has on it.
#[derive(Debug, Clone)]
pub(super) struct JobRow {
    pub(super) job: Job,
    /// `Some` exactly while it runs.
    pub(super) lease: Option<LeaseRow>,
}

/// A worker's right to run a job.
#[derive(Debug, Clone)]
pub(super) struct LeaseRow {
    pub(super) token: uuid::Uuid,
    pub(super) until: Timestamp,
}

/// A feature flag, before any organization's own setting.
#[derive(Debug, Clone)]
pub(super) struct FlagRow {
    pub(super) description: String,
    pub(super) enabled: bool,
    pub(super) rollout_percent: u8,
}

/// A reply that is kept for its idempotency key.
#[derive(Debug, Clone)]
pub(super) struct ReplyRow {
    pub(super) fingerprint: [u8; 32],
    pub(super) reply: StoredReply,
    pub(super) expires_at: Timestamp,
}

/// Whose idempotency key, for which operation, and the key.
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

/// Which entry of the journal has a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct SequenceRow {
    pub(super) entry: EntryId,
    pub(super) hash: ChainHash,
}

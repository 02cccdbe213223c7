use std::net::IpAddr;

use plinth_domain::{AddressBlock, EntryId, JsonObject, Principal, Timestamp, UserAgent};
use uuid::Uuid;

use crate::SessionClient;

/// The actor of an audit record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A user.
    User(Uuid),
    /// An API key.
    ApiKey(Uuid),
    /// A worker, on behalf of a job.
    Worker(Uuid),
    /// The system itself.
    System,
    /// An operator of the installation; in a support session, with its identity.
    Operator(Option<Uuid>),
}

impl Actor {
    /// The kind in the API and in the database.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::ApiKey(_) => "api_key",
            Self::Worker(_) => "worker",
            Self::System => "system",
            Self::Operator(_) => "operator",
        }
    }

    /// The identity of the user, key, job or support session; `None` for the system, and for an
    /// operator outside of a session.
    #[must_use]
    pub const fn id(self) -> Option<Uuid> {
        match self {
            Self::User(id) | Self::ApiKey(id) | Self::Worker(id) => Some(id),
            Self::System => None,
            Self::Operator(session) => session,
        }
    }
}

impl From<Principal> for Actor {
    fn from(principal: Principal) -> Self {
        match principal {
            Principal::User(user) => Self::User(user.uuid()),
            Principal::ApiKey { id, .. } => Self::ApiKey(id.uuid()),
            Principal::Worker(job) => Self::Worker(job.uuid()),
            Principal::Operator { session, .. } => Self::Operator(Some(session.uuid())),
            Principal::Webhook(_) | Principal::DocumentLink(_) => Self::System,
        }
    }
}

/// The outcome of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It succeeded.
    Succeeded,
    /// It was refused because a permission was missing.
    Denied,
    /// It failed: a wrong password, a replayed token.
    Failed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Succeeded, Self::Denied, Self::Failed];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }

    /// Finds an outcome by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.name() == name)
    }
}

/// The subject of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The kind of record: `project`.
    pub kind: &'static str,
    /// The identity, if the action has one subject.
    pub id: Option<Uuid>,
}

/// The request that caused an action.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// `X-Request-Id`.
    pub request_id: String,
    /// `traceparent` (W3C Trace Context) of the request's span.
    pub trace_parent: Option<String>,
    /// The client's address.
    pub address: Option<IpAddr>,
    /// What the client calls itself. The audit log does not store it.
    pub device: Option<UserAgent>,
}

impl Origin {
    /// The client, for throttles.
    #[must_use]
    pub fn block(&self) -> AddressBlock {
        AddressBlock::of(self.address)
    }

    /// The client, for its sessions.
    #[must_use]
    pub fn client(&self) -> SessionClient {
        SessionClient { address: self.address, device: self.device.clone() }
    }
}

/// An audit record to be written: what one command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// The identity, a UUIDv7: the audit log is ordered by it.
    pub id: EntryId,
    /// The time of the action.
    pub at: Timestamp,
    /// The actor.
    pub actor: Actor,
    /// The action, in the past tense: `project.created`.
    pub action: &'static str,
    /// The subject.
    pub subject: Subject,
    /// The project that it concerns, if any.
    pub project: Option<Uuid>,
    /// The audit representation of the record before, without secrets.
    pub before: Option<JsonObject>,
    /// The audit representation of the record after, without secrets.
    pub after: Option<JsonObject>,
    /// The outcome.
    pub outcome: Outcome,
    /// Whether it appears in the audit log only, and not as an event.
    pub audit_only: bool,
    /// The request that caused it.
    pub origin: Origin,
}

/// An audit record as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRecord {
    /// The identity.
    pub id: EntryId,
    /// The time of the action.
    pub at: Timestamp,
    /// The actor's kind.
    pub actor_kind: String,
    /// The actor's identity; `None` for the system.
    pub actor_id: Option<Uuid>,
    /// The action: `project.created`.
    pub action: String,
    /// The subject's kind: `project`.
    pub subject_kind: String,
    /// The subject's identity.
    pub subject_id: Option<Uuid>,
    /// The project that it concerns, if any.
    pub project_id: Option<Uuid>,
    /// The audit representation of the record before.
    pub before: Option<JsonObject>,
    /// The audit representation of the record after.
    pub after: Option<JsonObject>,
    /// The outcome.
    pub outcome: Outcome,
    /// Whether it appears in the audit log only, and not as an event.
    pub audit_only: bool,
    /// The `X-Request-Id` of the request that caused it.
    pub request_id: String,
    /// `traceparent` (W3C Trace Context) of that request's span.
    pub trace_parent: Option<String>,
    /// The client's address.
    pub address: Option<String>,
}

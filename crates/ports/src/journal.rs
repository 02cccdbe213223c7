use plinth_domain::{EntryId, JsonObject, Principal, Timestamp};
use uuid::Uuid;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A person.
    User(Uuid),
    /// An API key.
    ApiKey(Uuid),
    /// A worker, on behalf of a job.
    Worker(Uuid),
    /// Plinth itself.
    System,
}

impl Actor {
    /// Its kind in the API and in the database.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::ApiKey(_) => "api_key",
            Self::Worker(_) => "worker",
            Self::System => "system",
        }
    }

    /// Whose identity it is.
    #[must_use]
    pub const fn id(self) -> Option<Uuid> {
        match self {
            Self::User(id) | Self::ApiKey(id) | Self::Worker(id) => Some(id),
            Self::System => None,
        }
    }
}

impl From<Principal> for Actor {
    fn from(principal: Principal) -> Self {
        match principal {
            Principal::User(user) => Self::User(user.uuid()),
            Principal::ApiKey { id, .. } => Self::ApiKey(id.uuid()),
            Principal::Worker(job) => Self::Worker(job.uuid()),
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Succeeded,
    /// It was refused for want of a permission.
    Denied,
    /// It was tried and failed: a wrong password, a replayed token.
    Failed,
}

impl Outcome {
    /// Its name in the API and in the database.
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
        [Self::Succeeded, Self::Denied, Self::Failed].into_iter().find(|o| o.name() == name)
    }
}

/// What it was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The kind of record: `project`.
    pub kind: &'static str,
    /// Which one, where there is one.
    pub id: Option<Uuid>,
}

/// The request that caused it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// `X-Request-Id`.
    pub request_id: String,
    /// `traceparent` (W3C Trace Context) of the request's span.
    pub trace_parent: Option<String>,
    /// The client's address.
    pub address: Option<String>,
}

/// One line of the journal: what one command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// Names it: UUIDv7, so the journal is ordered by it.
    pub id: EntryId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What, in the past tense: `project.created`.
    pub action: &'static str,
    /// To what.
    pub subject: Subject,
    /// The project that it concerns, where it concerns one.
    pub project: Option<Uuid>,
    /// The record before, secrets redacted.
    pub before: Option<JsonObject>,
    /// The record after, secrets redacted.
    pub after: Option<JsonObject>,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether it is for the audit log alone, and no event.
    pub audit_only: bool,
    /// What caused it.
    pub origin: Origin,
}

/// A line of the journal as it is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRecord {
    /// Names it.
    pub id: EntryId,
    /// When.
    pub at: Timestamp,
    /// The actor's kind.
    pub actor_kind: String,
    /// The actor.
    pub actor_id: Option<Uuid>,
    /// What happened.
    pub action: String,
    /// The kind of record.
    pub subject_kind: String,
    /// Which one.
    pub subject_id: Option<Uuid>,
    /// The project that it concerns.
    pub project_id: Option<Uuid>,
    /// The record before.
    pub before: Option<JsonObject>,
    /// The record after.
    pub after: Option<JsonObject>,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether it is for the audit log alone, and no event.
    pub audit_only: bool,
    /// The request that caused it.
    pub request_id: String,
    /// `traceparent` (W3C Trace Context) of that request's span.
    pub trace_parent: Option<String>,
    /// The client's address.
    pub address: Option<String>,
}

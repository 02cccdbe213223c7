//! One run of an agent: from its start over questions to persons to its one end.

mod graph;
#[cfg(test)]
mod tests;

use crate::{
    ApiKeyId, Failure, Id, InvalidTransition, JsonObject, OrganizationId, PermissionSet, Revision,
    Text, Timestamp, UserId,
};

pub use graph::AgentGraphName;

crate::codes! {
    AGENT_RUN_CANCELLED = "agent_run.cancelled", "A caller ended the run.";
    AGENT_RUN_ANSWERED = "agent_run.answered",
        "The run does not wait for an answer to this question, or not any more.";
}

/// The identity of a run.
pub type AgentRunId = Id<AgentRun>;

/// The name of the model that a graph asks, as the gateway knows it: `fast`, `prompt:NAME@label`.
pub type AgentModel = Text<200>;

/// The largest spending limit of a run, in nano-USD: a million USD.
pub const MAX_AGENT_SPENDING: i64 = 1_000_000_000_000_000;

/// The state of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AgentRunStatus {
    /// It waits for a worker.
    Queued,
    /// A worker runs a part of it.
    Running,
    /// It waits for a person's answer.
    Waiting,
    /// It has an output.
    Succeeded,
    /// It ended without an output.
    Failed,
    /// A caller ended it.
    Cancelled,
}

impl AgentRunStatus {
    /// Every status.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Running,
        Self::Waiting,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether it never changes again.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

/// The values of a new run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRunDraft {
    /// What runs.
    pub graph: AgentGraphName,
    /// What it works on.
    pub input: JsonObject,
    /// The model that the graph asks.
    pub model: AgentModel,
    /// The most that the executions of the run may cost together, in nano-USD.
    pub spending_limit: Option<i64>,
    /// The user who started it, or whose key did.
    pub user: UserId,
    /// The key that started it.
    pub started_by: Option<ApiKeyId>,
    /// What the key of the run may do: what the graph needs, of what its starter may do.
    pub permissions: PermissionSet,
}

/// A question to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentQuestion {
    /// Its identity: an answer names it.
    pub id: Text<100>,
    /// What is asked.
    pub body: JsonObject,
}

/// How a run ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentRunEnding {
    /// With an output, and the passages that it rests on, as a JSON array.
    Succeeded(JsonObject, String),
    /// Without an output.
    Failed(Failure),
    /// A caller ended it.
    Cancelled,
}

/// A run of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRun {
    /// The identity.
    pub id: AgentRunId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// What runs.
    pub draft: AgentRunDraft,
    /// The state.
    pub status: AgentRunStatus,
    /// The key by which the run calls models and tools, once it has begun.
    pub key: Option<ApiKeyId>,
    /// How many parts workers have begun.
    pub parts: u32,
    /// What a waiting run asks.
    pub question: Option<AgentQuestion>,
    /// What came of it.
    pub output: Option<JsonObject>,
    /// The passages that the output rests on: a JSON array.
    pub citations: String,
    /// Why it did not succeed.
    pub failure: Option<Failure>,
    /// When a worker began to run it.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The revision.
    pub revision: Revision,
}

impl AgentRun {
    /// A new run, which waits for a worker.
    #[must_use]
    pub fn queue(
        id: AgentRunId,
        organization: OrganizationId,
        draft: AgentRunDraft,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            organization,
            draft,
            status: AgentRunStatus::Queued,
            key: None,
            parts: 0,
            question: None,
            output: None,
            citations: "[]".to_owned(),
            failure: None,
            started_at: None,
            ended_at: None,
            revision: Revision::first(at),
        }
    }

    /// Whether a worker may begin its next part.
    #[must_use]
    pub const fn may_begin(&self) -> bool {
        matches!(self.status, AgentRunStatus::Queued | AgentRunStatus::Running)
    }

    /// A worker begins the next part, also when the one before it is gone.
    pub fn begin(self, key: ApiKeyId, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self.status {
            AgentRunStatus::Queued | AgentRunStatus::Running => Ok(Self {
                status: AgentRunStatus::Running,
                key: Some(key),
                parts: self.parts + 1,
                started_at: self.started_at.or(Some(at)),
                revision: self.revision.next(at),
                ..self
            }),
            _ => Err(self.refused("begin it")),
        }
    }

    /// Its worker gives it back.
    pub fn requeue(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self.status {
            AgentRunStatus::Running => Ok(Self {
                status: AgentRunStatus::Queued,
                revision: self.revision.next(at),
                ..self
            }),
            _ => Err(self.refused("queue it")),
        }
    }

    /// It asks a person.
    pub fn ask(self, question: AgentQuestion, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self.status {
            AgentRunStatus::Running => Ok(Self {
                status: AgentRunStatus::Waiting,
                question: Some(question),
                revision: self.revision.next(at),
                ..self
            }),
            _ => Err(self.refused("ask")),
        }
    }

    /// A person answers; the next part begins with the answer. `None` where it does not wait for an
    /// answer to this question: the first answer counts.
    #[must_use]
    pub fn answer(self, question: &str, at: Timestamp) -> Option<Self> {
        let asked = self.question.as_ref().is_some_and(|asked| asked.id.as_str() == question);
        (self.status == AgentRunStatus::Waiting && asked).then(|| Self {
            status: AgentRunStatus::Queued,
            question: None,
            revision: self.revision.next(at),
            ..self
        })
    }

    /// Ends it. An ended run never changes: the first end holds.
    pub fn end(self, ending: AgentRunEnding, at: Timestamp) -> Result<Self, InvalidTransition> {
        if self.status.is_ended() {
            return Err(self.refused("end it"));
        }
        let ended =
            Self { question: None, ended_at: Some(at), revision: self.revision.next(at), ..self };
        Ok(match ending {
            AgentRunEnding::Succeeded(output, citations) => {
                Self { status: AgentRunStatus::Succeeded, output: Some(output), citations, ..ended }
            }
            AgentRunEnding::Failed(failure) => {
                Self { status: AgentRunStatus::Failed, failure: Some(failure), ..ended }
            }
            AgentRunEnding::Cancelled => {
                let failure = Failure::new(AGENT_RUN_CANCELLED, "a caller ended it");
                Self { status: AgentRunStatus::Cancelled, failure: Some(failure), ..ended }
            }
        })
    }

    const fn refused(&self, attempted: &'static str) -> InvalidTransition {
        InvalidTransition { from: self.status.name(), attempted }
    }
}

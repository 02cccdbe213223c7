//! Runs of agents, what happened in them, and from where they can be resumed.

use async_trait::async_trait;
use plinth_domain::{
    AgentGraphName, AgentRun, AgentRunId, AgentRunStatus, ApiKeyId, Id, OrganizationId, Revision,
    Timestamp, UserId,
};
use uuid::Uuid;

use super::{Record, RecordUpdater};
use crate::{OneOf, Result, SortValue, page::sort_keys};

sort_keys! {
    /// The order of a list of runs: by time, which the UUIDv7 identities carry.
    AgentRunSort of AgentRun, unchanged, by |run| run.id.uuid();
    CreatedAt = "created_at" => |_| SortValue::Identity,
}

/// Selects the runs of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgentRunFilter {
    /// Only runs with one of these statuses.
    pub status: OneOf<AgentRunStatus>,
    /// Only runs of this graph.
    pub graph: Option<AgentGraphName>,
    /// Only runs that this user, or a key of theirs, has started.
    pub user: Option<UserId>,
}

impl Record for AgentRun {
    const TABLE: &'static str = "agent_runs";
    type Filter = AgentRunFilter;
    type Sort = AgentRunSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &AgentRunFilter) -> bool {
        filter.status.allows(&self.status)
            && filter.graph.is_none_or(|graph| self.draft.graph == graph)
            && filter.user.is_none_or(|user| self.draft.user == user)
    }
}

/// The longest data of an event, in bytes.
pub const AGENT_EVENT_BYTES: usize = 256 * 1024;

/// What happened in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRunEvent {
    /// Its number within the run: 1, 2, 3 … without holes.
    pub number: u32,
    /// What it is: `step`.
    pub kind: String,
    /// A JSON object of at most [`AGENT_EVENT_BYTES`].
    pub data: String,
    /// When it was stored.
    pub at: Timestamp,
}

/// An event that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAgentEvent {
    /// What it is: `step`.
    pub kind: &'static str,
    /// A JSON object of at most [`AGENT_EVENT_BYTES`].
    pub data: String,
}

/// From where a run goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgentProgress {
    /// How many events are stored.
    pub events: u32,
    /// The last checkpoint: JSON of at most 1 MiB that only the runner reads.
    pub checkpoint: Option<String>,
    /// The answer to the question with this identity, a JSON object, which the next part begins with.
    pub answer: Option<(String, String)>,
}

/// What the executions of a run come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AgentRunCost {
    /// How many executions there are.
    pub executions: u32,
    /// Their tokens of input.
    pub tokens_input: u64,
    /// Their tokens of output.
    pub tokens_output: u64,
    /// What those cost that have ended, in nano-USD; those whose price is unknown count nothing.
    pub cost: i64,
}

/// Reads what is stored beside runs.
#[async_trait]
pub trait AgentRunReader: Send {
    /// The events behind this number, in their order: at most `limit`, and as many as together have at
    /// most a page's bytes, but at least one if there is one.
    async fn events(
        &mut self,
        run: AgentRunId,
        after: u32,
        limit: u16,
    ) -> Result<Vec<AgentRunEvent>>;
    /// What the executions by each of these keys come to; no key stands twice. Keys without executions
    /// are left out.
    async fn costs(&mut self, keys: &[ApiKeyId]) -> Result<Vec<(ApiKeyId, AgentRunCost)>>;
    /// Whether this is the holder of the run.
    async fn is_held(&mut self, run: AgentRunId, holder: Uuid) -> Result<bool>;
}

/// Reads and writes runs.
///
/// A part of a run belongs to its holder, a name that its worker has chosen. What another one writes
/// late is refused.
#[async_trait]
pub trait AgentRuns: RecordUpdater<AgentRun> + AgentRunReader {
    /// Stores a new run.
    async fn insert(&mut self, run: &AgentRun) -> Result<()>;
    /// Reads a run, and locks it until the transaction ends.
    async fn lock(&mut self, run: AgentRunId) -> Result<Option<AgentRun>>;
    /// How many runs have not ended, those that wait for an answer included.
    async fn open(&mut self) -> Result<u64>;
    /// Makes this the holder of the run, or nothing, so that the one before can write no more.
    async fn hold(&mut self, run: AgentRunId, holder: Option<Uuid>) -> Result<()>;
    /// From where the run goes on.
    async fn progress(&mut self, run: AgentRunId) -> Result<AgentProgress>;
    /// Keeps the answer that the next part begins with.
    async fn keep_answer(&mut self, run: AgentRunId, question: &str, answer: &str) -> Result<()>;
    /// Adds events, if this is the holder; without one, if the run has none. Returns whether they were
    /// added.
    async fn append(
        &mut self,
        run: AgentRunId,
        holder: Option<Uuid>,
        events: &[NewAgentEvent],
        at: Timestamp,
    ) -> Result<bool>;
    /// Replaces the checkpoint, and removes the answer, which it contains.
    async fn keep_checkpoint(&mut self, run: AgentRunId, state: &str) -> Result<()>;
    /// Removes the checkpoint of a run that has ended.
    async fn drop_checkpoint(&mut self, run: AgentRunId) -> Result<()>;
}

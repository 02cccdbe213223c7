//! Executions of prompts.

use std::time::Duration;

use async_trait::async_trait;
use plinth_domain::{
    Attempt, Execution, ExecutionId, ExecutionStatus, Id, ModelId, OrganizationId, ProjectId,
    PromptId, Revision, Text, Timestamp, Version,
};
use uuid::Uuid;

use super::{
    Constraint, OnRemoval, Record, RecordUpdater, Reference,
    execution_usage::{UsageQuery, UsageRow},
};
use crate::{OneOf, Result, SortValue, page::sort_keys};

/// The model does not exist.
pub const MODEL: Constraint = Constraint("executions_organization_id_model_id_fkey");
/// The project does not exist.
pub const PROJECT: Constraint = Constraint("executions_organization_id_project_id_fkey");
/// The prompt, or the version of it, does not exist.
pub const PROMPT: Constraint =
    Constraint("executions_organization_id_prompt_id_prompt_version_fkey");

sort_keys! {
    /// The order of a list of executions: by time, which the UUIDv7 identities carry.
    ExecutionSort of Execution, unchanged, by |e| e.id.uuid();
    CreatedAt = "created_at" => |_| SortValue::Identity,
}

/// Selects the executions of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecutionFilter {
    /// Only executions with one of these statuses.
    pub status: OneOf<ExecutionStatus>,
    /// Only executions for this project.
    pub project: Option<ProjectId>,
    /// Only executions of this prompt.
    pub prompt: Option<PromptId>,
    /// Only executions of the version of their prompt with this number.
    pub version: Option<u16>,
    /// Only executions that this model answered, or was asked for last.
    pub model: Option<ModelId>,
    /// Only executions with this tag.
    pub tag: Option<Text<50>>,
    /// Only executions that this one caused.
    pub parent: Option<ExecutionId>,
}

impl Record for Execution {
    const TABLE: &'static str = "executions";
    const REFERENCES: &'static [Reference<Self>] = &[
        Reference {
            constraint: MODEL,
            field: "model_id",
            to: "models",
            id: |e| Some(e.model.uuid()),
            on_removal: OnRemoval::Restrict,
        },
        Reference {
            constraint: PROJECT,
            field: "project_id",
            to: "projects",
            id: |e| e.draft.project.map(Id::uuid),
            on_removal: OnRemoval::Restrict,
        },
        Reference {
            constraint: PROMPT,
            field: "prompt_id",
            to: "prompts",
            id: |e| e.draft.prompt.map(|(prompt, _)| prompt.uuid()),
            on_removal: OnRemoval::Restrict,
        },
    ];
    type Filter = ExecutionFilter;
    type Sort = ExecutionSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &ExecutionFilter) -> bool {
        let prompt = self.draft.prompt.map(|(prompt, _)| prompt);
        let version = self.draft.prompt.map(|(_, version)| version);
        filter.status.allows(&self.status)
            && filter.project.is_none_or(|id| self.draft.project == Some(id))
            && filter.prompt.is_none_or(|id| prompt == Some(id))
            && filter.version.is_none_or(|id| version == Some(id))
            && filter.model.is_none_or(|id| self.model == id)
            && filter.tag.as_ref().is_none_or(|tag| self.draft.tags.as_slice().contains(tag))
            && filter.parent.is_none_or(|id| self.draft.parent == Some(id))
    }
}

/// The longest piece, in bytes.
pub const PIECE_BYTES: usize = 128 * 1024;

/// A piece of the text of an execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputPiece {
    /// Where it begins, in characters.
    pub position: u32,
    /// The text.
    pub text: String,
}

/// How far an execution has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExecutionProgress {
    /// Whether it has ended.
    pub is_ended: bool,
    /// How many characters of its text are stored in pieces.
    pub characters: u32,
}

/// Reads what is stored beside executions.
#[async_trait]
pub trait ExecutionReader: Send {
    /// The calls of models of an execution, in their order.
    async fn attempts(&mut self, execution: ExecutionId) -> Result<Vec<Attempt>>;
    /// How far an execution has come, without its texts; `None` where there is none.
    async fn progress(&mut self, execution: ExecutionId) -> Result<Option<ExecutionProgress>>;
    /// The pieces of an execution that end after this character, in their order: as many as together
    /// have at most `bytes`, and at least one if there is one.
    async fn pieces(
        &mut self,
        execution: ExecutionId,
        after: u32,
        bytes: usize,
    ) -> Result<Vec<OutputPiece>>;
    /// What executions have cost, by period and record: at most `limit` rows, in this order.
    async fn usage(&mut self, asked: &UsageQuery) -> Result<Vec<UsageRow>>;
}

/// Reads and writes executions.
#[async_trait]
pub trait Executions: RecordUpdater<Execution> + ExecutionReader {
    /// Stores a new execution; with a lease of this holder and length if it runs.
    async fn insert(
        &mut self,
        execution: &Execution,
        lease: Option<(Uuid, Duration)>,
    ) -> Result<()>;
    /// Reads an execution, and locks it until the transaction ends.
    async fn lock(&mut self, execution: ExecutionId) -> Result<Option<Execution>>;
    /// Takes the lease of an execution that begins to run.
    async fn lease(&mut self, execution: ExecutionId, holder: Uuid, time: Duration) -> Result<()>;
    /// Whether this holder has the lease of an execution.
    async fn is_leased(&mut self, execution: ExecutionId, holder: Uuid) -> Result<bool>;
    /// Ends an execution that runs under the lease of this holder, in this version, and its lease.
    ///
    /// # Errors
    /// [`StoreError::Stale`](crate::StoreError::Stale) otherwise, also by the commit.
    async fn finish(&mut self, ended: &Execution, holder: Uuid, previous: Version) -> Result<()>;
    /// Whether an execution has a lease that has not expired.
    async fn is_running(&mut self, execution: ExecutionId) -> Result<bool>;
    /// Ends the lease of an execution that has ended.
    async fn release(&mut self, execution: ExecutionId) -> Result<()>;
    /// Asks the holder of the lease to end the execution.
    async fn ask_to_cancel(&mut self, execution: ExecutionId) -> Result<()>;
    /// Adds a piece of at most [`PIECE_BYTES`], or replaces the one at its position, if this holder has
    /// the lease. Returns whether it has it.
    async fn append(
        &mut self,
        execution: ExecutionId,
        holder: Uuid,
        piece: &OutputPiece,
    ) -> Result<bool>;
    /// Removes the pieces of an execution whose text is in its row.
    async fn remove_pieces(&mut self, execution: ExecutionId) -> Result<()>;
    /// Stores calls of models.
    async fn add_attempts(&mut self, attempts: &[Attempt]) -> Result<()>;
    /// Removes the texts of up to `limit` ended executions that were created before this moment, with
    /// those of their calls, the oldest first. Returns their number.
    async fn remove_contents(&mut self, before: Timestamp, limit: u32) -> Result<u64>;
    /// Removes up to `limit` ended executions that were created before this moment, with all that is
    /// stored beside them, the oldest first. Returns their number.
    async fn remove_old(&mut self, before: Timestamp, limit: u32) -> Result<u64>;
}

/// What became of a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseState {
    /// It was extended.
    Held,
    /// It was extended, and the execution shall end.
    CancelRequested,
    /// It has ended, or another process has it.
    Lost,
}

/// The leases of the executions of all organizations, on the database's clock.
#[async_trait]
pub trait ExecutionLeases: Send + Sync {
    /// Extends the leases that this holder has. Returns what became of each, in their order.
    async fn extend(
        &self,
        holder: Uuid,
        executions: &[(OrganizationId, ExecutionId)],
        time: Duration,
    ) -> Result<Vec<LeaseState>>;
    /// The executions of this holder that shall end.
    async fn cancellations(&self, holder: Uuid) -> Result<Vec<ExecutionId>>;
    /// The executions whose lease has expired, the longest ago first.
    async fn expired(&self, limit: u32) -> Result<Vec<(OrganizationId, ExecutionId)>>;
}

//! What people and programs think of executions.

use async_trait::async_trait;
use plinth_domain::{
    ExecutionId, ExecutionScore, ExecutionScoreId, PromptId, ScoreKind, ScoreName, Timestamp,
};
use uuid::Uuid;

use super::Constraint;
use crate::{Page, PageRequest, Result, SortValue, page::sort_keys};

/// The execution does not exist.
pub const EXECUTION: Constraint = Constraint("execution_scores_organization_id_execution_id_fkey");

sort_keys! {
    /// The order of the scores of an execution: by the time at which they were given first, which the
    /// UUIDv7 identities carry.
    ExecutionScoreSort of ExecutionScore, by |score| score.id.uuid();
    CreatedAt = "created_at" => |_| SortValue::Identity,
}

/// Which scores are added up: those of the executions of a prompt that were created in this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoreQuery {
    /// The prompt.
    pub prompt: PromptId,
    /// The first moment.
    pub from: Timestamp,
    /// The end.
    pub until: Timestamp,
    /// The most rows.
    pub limit: u32,
}

/// The scores of one name and kind that executions of one version have; those of a category apart.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreSummary {
    /// The number of the version.
    pub version: u16,
    /// What is judged.
    pub name: ScoreName,
    /// The kind of the values.
    pub kind: ScoreKind,
    /// The category.
    pub category: Option<String>,
    /// How many scores there are.
    pub count: u64,
    /// Their mean; `None` for a category.
    pub mean: Option<f64>,
}

/// Reads scores.
#[async_trait]
pub trait ExecutionScoreReader: Send {
    /// One page of the scores of an execution.
    async fn scores(
        &mut self,
        execution: ExecutionId,
        page: &PageRequest<ExecutionScoreSort>,
    ) -> Result<Page<ExecutionScore>>;
    /// Scores added up: by version, name, kind and category, in this order.
    async fn summary(&mut self, asked: &ScoreQuery) -> Result<Vec<ScoreSummary>>;
}

/// Reads and writes scores.
#[async_trait]
pub trait ExecutionScores: ExecutionScoreReader {
    /// The score of this name that this author gave.
    async fn own(
        &mut self,
        execution: ExecutionId,
        name: &ScoreName,
        author: Uuid,
    ) -> Result<Option<ExecutionScore>>;
    /// How many scores an execution has.
    async fn count(&mut self, execution: ExecutionId) -> Result<u64>;
    /// Stores a score, in the place of the one that its author gave under its name.
    async fn give(&mut self, score: &ExecutionScore) -> Result<()>;
    /// Removes a score.
    async fn take_back(&mut self, score: ExecutionScoreId) -> Result<()>;
}

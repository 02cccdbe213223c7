use crate::{DatasetItemId, EvaluationId, EvaluatorId, ExecutionId, Failure, Id, Score, Timestamp};

/// The identity of a result.
pub type EvaluationResultId = Id<EvaluationResult>;

/// What an evaluator has found about the answer to an item. It never changes.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluationResult {
    /// The identity.
    pub id: EvaluationResultId,
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// The item.
    pub item: DatasetItemId,
    /// The place of the evaluator in the evaluation.
    pub position: u16,
    /// The evaluator.
    pub evaluator: EvaluatorId,
    /// The score; `None` where there is a failure.
    pub score: Option<Score>,
    /// Whether the score passed.
    pub passed: Option<bool>,
    /// Why a judge gave its score, at most [`Self::MAX_REASON`] characters.
    pub reason: Option<String>,
    /// Why there is no score.
    pub failure: Option<Failure>,
    /// The execution that answered the item.
    pub execution: Option<ExecutionId>,
    /// The execution of the judge.
    pub judge: Option<ExecutionId>,
    /// When it was stored.
    pub created_at: Timestamp,
}

impl EvaluationResult {
    /// The most characters of a reason.
    pub const MAX_REASON: usize = 2000;
}

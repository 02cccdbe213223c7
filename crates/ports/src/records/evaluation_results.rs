//! The evaluators of evaluations, and what they have found.

use async_trait::async_trait;
use plinth_domain::{
    Criterion, DatasetId, Evaluation, EvaluationId, EvaluationResult, EvaluatorId, ModelId,
    PromptId,
};

use super::Constraint;
use crate::{Page, PageRequest, Result, SortValue, page::sort_keys};

/// The evaluation of a criterion does not exist.
pub const EVALUATION: Constraint =
    Constraint("evaluation_criteria_organization_id_evaluation_id_fkey");
/// The evaluator of a criterion does not exist, or an evaluation needs it.
pub const EVALUATOR: Constraint =
    Constraint("evaluation_criteria_organization_id_evaluator_id_fkey");
/// The item has a result of this evaluator.
pub const RESULT_TAKEN: Constraint = Constraint("evaluation_results_item_key");

sort_keys! {
    /// The order of the results of an evaluation: that in which they were stored.
    EvaluationResultSort of EvaluationResult, unchanged, by |result| result.id.uuid();
    Stored = "stored" => |_| SortValue::Identity,
}

/// Selects the results of an evaluation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EvaluationResultFilter {
    /// Only results of this evaluator.
    pub evaluator: Option<EvaluatorId>,
    /// Only results that passed, or only those that did not.
    pub passed: Option<bool>,
    /// Only results without a score, or only those with one.
    pub failed: Option<bool>,
}

/// What the evaluations of a version of a prompt by one model have found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// The prompt and the number of its version.
    pub prompt: (PromptId, u16),
    /// The model.
    pub model: ModelId,
    /// The best score of one evaluation.
    pub best: f64,
    /// The mean of the scores of all of them.
    pub mean: f64,
    /// How many there are.
    pub evaluations: u32,
}

/// Reads what evaluators have found.
#[async_trait]
pub trait EvaluationResultReader: Send {
    /// The criteria of these evaluations, by evaluation and place.
    async fn criteria(&mut self, evaluations: &[EvaluationId]) -> Result<Vec<Criterion>>;
    /// One page of the results of an evaluation.
    async fn results(
        &mut self,
        evaluation: EvaluationId,
        filter: EvaluationResultFilter,
        page: &PageRequest<EvaluationResultSort>,
    ) -> Result<Page<EvaluationResult>>;
    /// What the evaluations that succeeded have found with a data set and this definition of an
    /// evaluator: for each version and model, the best ones first, at most `limit`.
    async fn ranked(
        &mut self,
        dataset: DatasetId,
        evaluator: EvaluatorId,
        number: u32,
        limit: u16,
    ) -> Result<Vec<Ranked>>;
    /// The best score of an evaluation that succeeded, of this version of a prompt by the version's own
    /// model, with this data set and evaluator. `None` where there is none.
    async fn best_score(
        &mut self,
        prompt: (PromptId, u16),
        dataset: DatasetId,
        evaluator: EvaluatorId,
    ) -> Result<Option<f64>>;
}

/// Stores what evaluators have found.
#[async_trait]
pub trait EvaluationResults: EvaluationResultReader {
    /// Reads an evaluation, and locks it until the transaction ends.
    async fn lock(&mut self, evaluation: EvaluationId) -> Result<Option<Evaluation>>;
    /// Stores the criteria of a new evaluation.
    async fn add_criteria(&mut self, criteria: &[Criterion]) -> Result<()>;
    /// Stores results, and what their evaluation's criteria have counted with them.
    async fn add_results(
        &mut self,
        results: &[EvaluationResult],
        criteria: &[Criterion],
    ) -> Result<()>;
}

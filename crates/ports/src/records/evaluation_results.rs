//! The evaluators of evaluations, and what they have found.

use async_trait::async_trait;
use plinth_domain::{
    Criterion, DatasetId, Evaluation, EvaluationId, EvaluationResult, EvaluatorId, ModelId,
    PromptId, Timestamp,
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

/// A version of a prompt as one model answers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contestant {
    /// The prompt and the number of its version.
    pub prompt: (PromptId, u16),
    /// The model.
    pub model: ModelId,
}

/// What the evaluations with a data set and one definition of an evaluator are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contest {
    /// The data set.
    pub dataset: DatasetId,
    /// The evaluator.
    pub evaluator: EvaluatorId,
    /// The number of its definition.
    pub number: u32,
}

/// What the newest evaluation of a contestant has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The contestant.
    pub contestant: Contestant,
    /// The name of the prompt.
    pub prompt_name: String,
    /// The name of the model.
    pub model_name: String,
    /// The score of the newest evaluation: the mean, where a failure counts as 0.
    pub score: f64,
    /// That evaluation.
    pub evaluation: EvaluationId,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How many evaluations there are.
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
    /// What the newest evaluation that succeeded has found about each contestant, or about these: the
    /// highest scores first, equal ones by prompt, version and model; at most `limit`.
    async fn ranked(
        &mut self,
        contest: Contest,
        of: Option<&[Contestant]>,
        limit: u16,
    ) -> Result<Vec<Ranked>>;
    /// Names the set of the evaluations that succeeded: another set has another name, of at most 64
    /// characters. `None` without one.
    async fn basis(&mut self, contest: Contest) -> Result<Option<String>>;
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

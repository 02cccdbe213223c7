use chrono::{DateTime, Utc};
use plinth_application::evaluations::EvaluationDetails;
use plinth_domain::{Criterion, EvaluationResult, Failure, Id, Score};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::values::names;

names! {
    /// The state of an evaluation. One that failed or was cancelled can be resumed.
    EvaluationStatusName = Queued, Running, Succeeded, Failed, Cancelled
}

/// Why an evaluation stopped, or why an item has no score.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvaluationError)]
pub(crate) struct FailureView {
    #[schema(example = "budget.exceeded")]
    code: String,
    detail: String,
}

impl From<Failure> for FailureView {
    fn from(failure: Failure) -> Self {
        Self { code: failure.code, detail: failure.detail }
    }
}

/// What an evaluator has found until now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvaluationCriterion)]
pub(crate) struct CriterionView {
    evaluator_id: Uuid,
    /// The number of the definition that is used.
    evaluator_number: u32,
    /// How many items have a score.
    scored: u32,
    /// How many of them passed.
    passed: u32,
    /// How many items have no score: they were not answered, or the evaluator failed.
    failed: u32,
    /// The mean of the scores.
    mean_score: Option<f64>,
    /// The part of the scored items that passed.
    pass_rate: Option<f64>,
    /// The score by which versions are compared and released: the mean, where a failure counts as 0.
    score: Option<f64>,
}

impl From<Criterion> for CriterionView {
    fn from(criterion: Criterion) -> Self {
        Self {
            evaluator_id: criterion.pinned.evaluator.uuid(),
            evaluator_number: criterion.pinned.number,
            scored: criterion.scored,
            passed: criterion.passed,
            failed: criterion.failed,
            mean_score: criterion.mean(),
            pass_rate: criterion.pass_rate(),
            score: criterion.score(),
        }
    }
}

/// An evaluation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Evaluation)]
pub(crate) struct EvaluationView {
    id: Uuid,
    note: Option<String>,
    dataset_id: Uuid,
    /// The moment of which the data set's items are taken.
    dataset_at: DateTime<Utc>,
    prompt_id: Uuid,
    prompt_version: u16,
    /// The model that is asked first.
    model_id: Uuid,
    created_by: Uuid,
    /// The key by which it was made: the budgets of the key count what it executes.
    api_key_id: Option<Uuid>,
    #[schema(value_type = EvaluationStatusName)]
    status: &'static str,
    /// Why it failed.
    error: Option<FailureView>,
    /// How many items there are.
    items: u32,
    /// How many of them are done.
    items_done: u32,
    /// How many of those were not answered.
    items_unanswered: u32,
    evaluators: Vec<CriterionView>,
    /// Tokens of all requests, those to judges included.
    tokens_input: u64,
    /// Tokens of all answers, those of judges included.
    tokens_output: u64,
    /// What all calls have cost; calls without a price are not in it.
    cost_nano_usd: i64,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    /// Increases with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<EvaluationDetails> for EvaluationView {
    fn from(details: EvaluationDetails) -> Self {
        let EvaluationDetails { evaluation, criteria } = details;
        let (draft, progress) = (evaluation.draft, evaluation.progress);
        let (prompt, version) = draft.prompt;
        Self {
            id: evaluation.id.uuid(),
            note: draft.note.map(|note| note.as_str().to_owned()),
            dataset_id: draft.dataset.uuid(),
            dataset_at: draft.dataset_at,
            prompt_id: prompt.uuid(),
            prompt_version: version,
            model_id: draft.model.uuid(),
            created_by: draft.created_by.uuid(),
            api_key_id: draft.api_key.map(Id::uuid),
            status: evaluation.status.name(),
            error: evaluation.failure.map(FailureView::from),
            items: draft.items,
            items_done: progress.done,
            items_unanswered: progress.unanswered,
            evaluators: criteria.into_iter().map(CriterionView::from).collect(),
            tokens_input: progress.tokens_input,
            tokens_output: progress.tokens_output,
            cost_nano_usd: progress.cost,
            started_at: evaluation.started_at,
            ended_at: evaluation.ended_at,
            version: evaluation.revision.version.number(),
            created_at: evaluation.revision.created_at,
            updated_at: evaluation.revision.updated_at,
        }
    }
}

/// What an evaluator has found about the answer to an item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvaluationResult)]
pub(crate) struct ResultView {
    id: Uuid,
    item_id: Uuid,
    evaluator_id: Uuid,
    /// From 0 to 1; there is none where there is an error.
    score: Option<f64>,
    passed: Option<bool>,
    /// Why a judge gave its score.
    reason: Option<String>,
    /// Why there is no score.
    error: Option<FailureView>,
    /// The execution that answered the item.
    execution_id: Option<Uuid>,
    /// The execution of the judge.
    judge_execution_id: Option<Uuid>,
    created_at: DateTime<Utc>,
}

impl From<EvaluationResult> for ResultView {
    fn from(result: EvaluationResult) -> Self {
        Self {
            id: result.id.uuid(),
            item_id: result.item.uuid(),
            evaluator_id: result.evaluator.uuid(),
            score: result.score.map(Score::number),
            passed: result.passed,
            reason: result.reason,
            error: result.failure.map(FailureView::from),
            execution_id: result.execution.map(Id::uuid),
            judge_execution_id: result.judge.map(Id::uuid),
            created_at: result.created_at,
        }
    }
}

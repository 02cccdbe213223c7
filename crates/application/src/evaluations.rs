//! Evaluations: a version of a prompt answers the items of a data set, and evaluators give scores.

mod answering;
mod comparing;
mod ending;
mod leaderboards;
mod making;
mod reading;
mod recording;
mod running;

use plinth_domain::{Evaluation, Permission};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::resource::Resource;

pub use ending::{CancelEvaluation, FailEvaluation, RemoveEvaluation, ResumeEvaluation};
pub use leaderboards::{Leaderboard, MAX_PLACES};
pub use making::{CreateEvaluation, NewEvaluation, RunEvaluation};
pub use reading::{EvaluationDetails, GetEvaluation, ListEvaluationResults, ListEvaluations};
pub use running::EvaluationStopped;

plinth_domain::codes! {
    EXPECTED_MISSING = "evaluation.expected_missing",
        "The evaluator compares with what an item expects, and the item says nothing that it can use.";
    ANSWER_TOO_LONG = "evaluation.answer_too_long",
        "An answer has more than 1 MiB: it is not compared.";
    JUDGE_INVALID = "judge.invalid",
        "A judge did not answer with JSON that has a score from 0 to 1.";
    DATASET_EMPTY = "dataset.empty", "The data set has no items.";
    EVALUATIONS_TOO_MANY = "evaluations.too_many",
        "The organization has 20 evaluations that have not ended.";
    EVALUATION_UNENDED = "evaluation.unended",
        "The evaluation has not ended: cancel it before it is removed.";
    EVALUATION_INTERRUPTED = "evaluation.interrupted",
        "The job of the evaluation has failed too often; the evaluation can be resumed.";
}

impl Resource for Evaluation {
    const KIND: &'static str = "evaluation";
    const TOPIC: &'static str = "evaluations";
    const READ: Permission = Permission::EvaluationRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn audit_view(&self) -> impl Serialize {
        let Self { draft, progress, .. } = self;
        json!({
            "dataset_id": draft.dataset.uuid(),
            "dataset_at": draft.dataset_at,
            "prompt_id": draft.prompt.0.uuid(),
            "prompt_version": draft.prompt.1,
            "model_id": draft.model.uuid(),
            "api_key_id": draft.api_key.map(plinth_domain::Id::uuid),
            "status": self.status.name(),
            "items": draft.items,
            "done": progress.done,
            "unanswered": progress.unanswered,
            "cost_nano_usd": progress.cost,
            "error_code": self.failure.as_ref().map(|failure| &failure.code),
            "version": self.revision.version.number(),
        })
    }
}

use plinth_domain::{
    Criterion, DatasetId, Evaluation, EvaluationDraft, EvaluationId, EvaluationStatus, EvaluatorId,
    Invalid, Lines, ModelId, ModelKind, Permission, Pinned, PromptChoice, PromptId, codes,
};
use plinth_ports::{
    Direction, EvaluationFilter, EvaluationSort, OneOf, PageRequest, PromptKey, RecordReader, Sort,
};
use serde::{Deserialize, Serialize};

use super::{DATASET_EMPTY, EVALUATIONS_TOO_MANY};
use crate::{
    AuditRecord, Command, Context, Error, JobKind, Recorded, datasets::locked,
    executions::MODEL_NOT_CHAT, job_kind, resource::Found,
};

/// The most evaluations of an organization that have not ended.
const MAX_UNENDED: u16 = 20;

/// Runs an evaluation to its end. Two of them may run for a moment, after an evaluation was cancelled and
/// resumed: the one whose results come second ends.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RunEvaluation {
    /// The evaluation.
    #[serde(with = "job_kind::id")]
    pub evaluation: EvaluationId,
}

impl JobKind for RunEvaluation {
    const KIND: &'static str = "evaluation.run";
    const MAX_ATTEMPTS: u16 = 10;
    /// Behind what people wait for.
    const PRIORITY: i16 = -10;
}

/// What a new evaluation is about.
#[derive(Debug, Clone)]
pub struct NewEvaluation {
    /// Why it is made.
    pub note: Option<Lines<1000>>,
    /// The data set, of which the items of now are taken.
    pub dataset: DatasetId,
    /// The prompt.
    pub prompt: PromptId,
    /// The version.
    pub choice: PromptChoice,
    /// Another model than that of the version.
    pub model: Option<ModelId>,
    /// The evaluators: different ones, 1 to 10.
    pub evaluators: Vec<EvaluatorId>,
}

/// Makes an evaluation, which a worker runs.
#[derive(Debug, Clone)]
pub struct CreateEvaluation {
    /// What it is about.
    pub new: NewEvaluation,
}

impl Command for CreateEvaluation {
    const NAME: &'static str = "evaluation.create";
    const PERMISSION: Permission = Permission::EvaluationCreate;
    type Output = (Evaluation, Vec<Criterion>);

    async fn run(
        self,
        ctx: &mut Context<'_>,
    ) -> Result<Recorded<(Evaluation, Vec<Criterion>)>, Error> {
        let NewEvaluation { note, dataset, prompt, choice, model, evaluators } = self.new;
        // The job executes prompts with the permissions of a member.
        ctx.access.require(Permission::ExecutionCreate)?;
        // It also executes what judges the answers.
        ctx.check_bound(None).await?;
        check_unended(ctx).await?;
        ctx.make_room::<Evaluation>().await?;
        // Locked, so that no items are added that count as earlier ones.
        let dataset = locked(ctx, dataset).await.map_err(|error| unknown(error, "dataset_id"))?;
        if dataset.items == 0 {
            return Err(Error::conflict(DATASET_EMPTY, "the data set has no items"));
        }
        let key = PromptKey::Id(prompt);
        let chosen = ctx.unit.prompt_versions().choose(&key, &choice).await?;
        let version = chosen.ok_or_else(|| Error::unknown_reference("prompt_id"))?.shown;
        if let Some(model) = model {
            match ctx.unit.model_catalogue().kinds(&[model]).await?.first() {
                Some((_, ModelKind::Chat)) => {}
                Some(_) => {
                    let invalid = Invalid::new(MODEL_NOT_CHAT, "the model makes embeddings");
                    return Err(Error::field("/model_id", invalid));
                }
                None => return Err(Error::unknown_reference("model_id")),
            }
        }
        let draft = EvaluationDraft {
            note,
            dataset: dataset.id,
            dataset_at: dataset.items_changed_at,
            items: dataset.items,
            prompt: (version.prompt, version.number),
            model: model.unwrap_or(version.draft.model),
            other_model: model.is_some(),
            created_by: ctx.person()?,
            api_key: ctx.access.principal().api_key(),
        };
        let evaluation = Evaluation::queue(ctx.id(), ctx.organization(), draft, ctx.now);
        let criteria = pinned(ctx, evaluation.id, &evaluators).await?;
        ctx.unit.evaluations().insert(&evaluation).await.map_err(Error::write::<Evaluation>)?;
        ctx.unit.evaluation_results().add_criteria(&criteria).await?;
        ctx.enqueue(RunEvaluation { evaluation: evaluation.id }).await?;
        let audit = AuditRecord::created("evaluation.created", &evaluation)?;
        Ok(Recorded::new((evaluation, criteria), audit))
    }
}

fn unknown(error: Error, field: &str) -> Error {
    match error {
        Error::NotFound(_) => Error::unknown_reference(field),
        other => other,
    }
}

/// Refuses an evaluation beyond those that have not ended.
pub(super) async fn check_unended(ctx: &mut Context<'_>) -> Result<(), Error> {
    let both = vec![EvaluationStatus::Queued, EvaluationStatus::Running];
    let status = OneOf::new(both).unwrap_or_default();
    let filter = EvaluationFilter { status, ..EvaluationFilter::default() };
    let sort = Sort { by: EvaluationSort::CreatedAt, direction: Direction::Descending };
    let page = PageRequest::first(MAX_UNENDED, sort);
    let evaluations: &mut dyn RecordReader<Evaluation> = ctx.unit.evaluations();
    if evaluations.list(&filter, &page).await?.items.len() >= usize::from(MAX_UNENDED) {
        let detail = "the organization has 20 evaluations that have not ended";
        return Err(Error::Exhausted { code: EVALUATIONS_TOO_MANY, detail });
    }
    Ok(())
}

/// The evaluators as they are now.
async fn pinned(
    ctx: &mut Context<'_>,
    evaluation: EvaluationId,
    evaluators: &[EvaluatorId],
) -> Result<Vec<Criterion>, Error> {
    let mut criteria = Vec::new();
    for (place, id) in evaluators.iter().enumerate() {
        let found = ctx.unit.evaluators().get(*id).await;
        let found = found.map_err(|error| match error {
            Error::NotFound(_) => {
                let invalid = Invalid::new(codes::REFERENCE_UNKNOWN, "there is no such evaluator");
                Error::field(&format!("/evaluator_ids/{place}"), invalid)
            }
            other => other,
        })?;
        let pinned = Pinned { evaluator: *id, number: found.number, definition: found.definition };
        let place = u16::try_from(place).map_err(Error::internal)?;
        criteria.push(Criterion::new(evaluation, place, pinned));
    }
    Ok(criteria)
}

//! Runs an evaluation: some items at once, and what became of them in one commit.

use std::time::Duration;

use futures::{FutureExt, StreamExt, TryStreamExt, future::BoxFuture, stream};
use plinth_domain::{
    Criterion, DatasetItem, Evaluation, EvaluationId, EvaluationProgress, EvaluationStatus,
    EvaluatorDefinition, ExecutionId, JsonObject, ModelId, Permission, Score,
};
use plinth_ports::{
    CallableModel, DatasetItemReader, DatasetItemSort, Direction, ModelChoice, PageRequest,
    Position, Sort, SortValue,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{
    EXPECTED_MISSING, FailEvaluation, GetEvaluation,
    answering::{Asked, Unanswered},
    comparing::{Verdict, compare, failure, judged, text, wanted},
    recording::{Answered, RecordResults, StartEvaluation, SucceedEvaluation},
};
use crate::{
    Application, Caller, Error, Query, View, executions::ExecutionOrigin, knowledge::EmbeddingUse,
    models::calls,
};

/// How many items of an evaluation are executed at once.
const AT_ONCE: usize = 16;

/// How many items are stored in one commit.
const CHUNK: u16 = 64;

/// How often it is looked whether the evaluation was cancelled.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long the vectors of an answer are waited for, and how often they are asked for.
const EMBEDDING_TIME: Duration = Duration::from_secs(30);
const EMBEDDING_TRIES: u8 = 3;

/// Why an evaluation was left as it is: another attempt goes on with it.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationStopped {
    /// The process ends.
    #[error("the worker is stopping")]
    Stopping,
    /// Something is away for a moment.
    #[error("{0}")]
    Failed(Error),
}

impl From<Error> for EvaluationStopped {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Reads the next items.
struct NextItems {
    evaluation: Evaluation,
}

impl Query for NextItems {
    const NAME: &'static str = "evaluation.next_items";
    const PERMISSION: Permission = Permission::DatasetRead;
    type Output = Vec<DatasetItem>;

    async fn run(self, view: &mut View<'_>) -> Result<Vec<DatasetItem>, Error> {
        let Evaluation { draft, progress, .. } = self.evaluation;
        let sort = Sort { by: DatasetItemSort::Added, direction: Direction::Ascending };
        let after =
            progress.cursor.map(|id| Position { value: SortValue::Identity, id: id.uuid() });
        let page = PageRequest { after, ..PageRequest::first(CHUNK, sort) };
        let items: &mut dyn DatasetItemReader = view.unit.dataset_items();
        Ok(items.items(draft.dataset, Some(draft.dataset_at), &page).await?.items)
    }
}

/// Finds the embedding model of an evaluator.
struct FindEmbeddingModel {
    model: ModelId,
}

impl Query for FindEmbeddingModel {
    const NAME: &'static str = "evaluation.find_model";
    const PERMISSION: Permission = Permission::ExecutionCreate;
    type Output = Option<CallableModel>;

    async fn run(self, view: &mut View<'_>) -> Result<Option<CallableModel>, Error> {
        let choice = ModelChoice::Id(self.model);
        let catalogue = view.unit.model_catalogue();
        let mut found = calls::callable(catalogue, &choice, Some(&[]), view.now).await?;
        Ok((!found.is_empty()).then(|| found.swap_remove(0)))
    }
}

/// What an evaluation needs for each item.
struct Plan {
    evaluation: Evaluation,
    criteria: Vec<Criterion>,
}

impl Application {
    /// Runs an evaluation to its end, or goes on with it. `progress` is told the percentage.
    pub async fn run_evaluation(
        &self,
        caller: &Caller,
        id: EvaluationId,
        stop: &CancellationToken,
        progress: impl Fn(u8) + Send + Sync,
    ) -> Result<(), EvaluationStopped> {
        let started = self.execute(caller, StartEvaluation { id }).await?;
        let Some((evaluation, criteria)) = started else { return Ok(()) };
        let mut plan = Plan { evaluation, criteria };
        loop {
            let items =
                self.query(caller, NextItems { evaluation: plan.evaluation.clone() }).await?;
            if items.is_empty() {
                self.execute(caller, SucceedEvaluation { id }).await?;
                self.rank_again(caller, &plan.evaluation, &plan.criteria).await;
                return Ok(());
            }
            let answered = tokio::select! {
                answered = self.answer_items(caller, &plan, items) => answered,
                () = self.until_ended(caller, id) => return Ok(()),
                () = stop.cancelled() => return Err(EvaluationStopped::Stopping),
            };
            let answered = match answered {
                Ok(answered) => answered,
                Err(Unanswered::Item(failure) | Unanswered::All(failure)) => {
                    self.execute(caller, FailEvaluation { id, failure }).await?;
                    return Ok(());
                }
                Err(Unanswered::Retry(error)) => return Err(error.into()),
            };
            if stop.is_cancelled() {
                // Executions may have ended before their time.
                return Err(EvaluationStopped::Stopping);
            }
            let after = plan.evaluation.progress.cursor;
            let record = RecordResults { id, after, answered };
            let Some(evaluation) = self.execute(caller, record).await? else { return Ok(()) };
            let (done, items) = (evaluation.progress.done, evaluation.draft.items.max(1));
            let percent = u64::from(done) * 100 / u64::from(items);
            progress(u8::try_from(percent).unwrap_or(100));
            plan.evaluation = evaluation;
        }
    }

    /// Waits until the evaluation does not run any more.
    async fn until_ended(&self, caller: &Caller, id: EvaluationId) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            match self.query(caller, GetEvaluation { id }).await {
                Ok(found) if found.evaluation.status == EvaluationStatus::Running => {}
                Ok(_) | Err(Error::NotFound(_)) => return,
                Err(_) => {}
            }
        }
    }

    /// Some items at once; what became of them, in their order.
    async fn answer_items(
        &self,
        caller: &Caller,
        plan: &Plan,
        items: Vec<DatasetItem>,
    ) -> Result<Vec<Answered>, Unanswered> {
        let answers: Vec<BoxFuture<'_, Result<Answered, Unanswered>>> =
            items.into_iter().map(|item| self.answer_item(caller, plan, item).boxed()).collect();
        stream::iter(answers).buffered(AT_ONCE).try_collect().await
    }

    async fn answer_item(
        &self,
        caller: &Caller,
        plan: &Plan,
        item: DatasetItem,
    ) -> Result<Answered, Unanswered> {
        let draft = &plan.evaluation.draft;
        let (prompt, version) = draft.prompt;
        let asked = Asked {
            evaluation: plan.evaluation.id,
            step: item.id.to_string(),
            prompt,
            version,
            model: draft.other_model.then_some(ModelChoice::Id(draft.model)),
            variables: item.content.input.clone(),
            by: ExecutionOrigin { user: Some(draft.created_by), api_key: draft.api_key },
        };
        let mut answered = Answered {
            item: item.id,
            execution: None,
            failure: None,
            verdicts: Vec::new(),
            used: EvaluationProgress::default(),
        };
        let answer = match self.ask(caller, &asked).await {
            Ok(answer) => {
                answered.execution = Some(answer.execution.id);
                answered.used = answer.used();
                answer.text
            }
            Err(Unanswered::Item(failure)) => Err(failure),
            Err(other) => return Err(other),
        };
        let text = match answer {
            Ok(text) => text,
            Err(failure) => {
                let none = || (Err(failure.clone()), None);
                answered.verdicts = plan.criteria.iter().map(|_| none()).collect();
                answered.failure = Some(failure);
                return Ok(answered);
            }
        };
        let expected: Option<Value> = item
            .content
            .expected
            .as_ref()
            .and_then(|expected| serde_json::from_str(expected.as_str()).ok());
        for criterion in &plan.criteria {
            let verdict = self.verdict(caller, &asked, criterion, expected.as_ref(), &text).await?;
            answered.used = answered.used.plus(verdict.used);
            answered.verdicts.push((verdict.verdict, verdict.judge));
        }
        Ok(answered)
    }

    /// What one evaluator says of an answer.
    async fn verdict(
        &self,
        caller: &Caller,
        asked: &Asked,
        criterion: &Criterion,
        expected: Option<&Value>,
        answer: &str,
    ) -> Result<Found, Unanswered> {
        let definition = &criterion.pinned.definition;
        if let Some(verdict) = compare(&*self.ports.templates, definition, expected, answer) {
            return Ok(Found::from(verdict));
        }
        match *definition {
            EvaluatorDefinition::Similarity { model, .. } => match wanted(expected) {
                Ok(expected) => {
                    let texts = [answer.to_owned(), text(expected)];
                    self.similarity(caller, asked, model, texts.to_vec()).await
                }
                Err(missing) => Ok(Found::from(Err(missing))),
            },
            EvaluatorDefinition::Judge { prompt, version, .. } => {
                let input: Value =
                    serde_json::from_str(asked.variables.as_str()).unwrap_or_default();
                let variables = json!({"input": input, "expected": expected, "output": answer});
                let judge = Asked {
                    evaluation: asked.evaluation,
                    step: format!("{}:{}", asked.step, criterion.position),
                    prompt,
                    version,
                    model: None,
                    variables: JsonObject::from_parsed(variables.to_string()),
                    by: asked.by,
                };
                match self.ask(caller, &judge).await {
                    Ok(answer) => Ok(Found {
                        judge: Some(answer.execution.id),
                        used: answer.used(),
                        verdict: answer.text.and_then(|text| judged(&text)),
                    }),
                    Err(Unanswered::Item(failure)) => Ok(Found::from(Err(failure))),
                    Err(other) => Err(other),
                }
            }
            _ => Ok(Found::from(Err(failure(EXPECTED_MISSING, "nothing was compared")))),
        }
    }

    /// The cosine of the vectors of two texts; 0 where they point apart.
    async fn similarity(
        &self,
        caller: &Caller,
        asked: &Asked,
        model: ModelId,
        texts: Vec<String>,
    ) -> Result<Found, Unanswered> {
        let found = self.query(caller, FindEmbeddingModel { model }).await?;
        let Some(model) = found else {
            let detail = "the embedding model of an evaluator is disabled";
            return Err(Unanswered::All(failure(crate::executions::MODEL_DISABLED, detail)));
        };
        let ExecutionOrigin { user, api_key } = asked.by;
        let Some(user) = user else { return Err(Unanswered::Retry(Error::internal("no member"))) };
        let of = EmbeddingUse::Evaluation { evaluation: asked.evaluation, user, api_key };
        let mut tries = 0;
        loop {
            tries += 1;
            match self.embed_counted(caller, &model, of, texts.clone(), EMBEDDING_TIME).await {
                Ok(made) => {
                    let near = made.vectors[0].similarity(&made.vectors[1]);
                    let score = Score::new(f64::from(near).clamp(0.0, 1.0));
                    let verdict = score
                        .map(|score| (score, None))
                        .map_err(|invalid| failure(invalid.code, &invalid.detail));
                    let used = EvaluationProgress {
                        tokens_input: made.tokens.into(),
                        cost: made.cost.unwrap_or_default(),
                        ..EvaluationProgress::default()
                    };
                    return Ok(Found { verdict, judge: None, used });
                }
                // No other item will have one.
                Err(failed) if failed.postponed.is_some() => {
                    return Err(Unanswered::from(failed.error));
                }
                Err(failed) if failed.is_temporary && tries < EMBEDDING_TRIES => {
                    tokio::time::sleep(Duration::from_millis(500 << tries)).await;
                }
                Err(failed) => {
                    let code = failed.error.code().unwrap_or(crate::NOT_FOUND);
                    return Ok(Found::from(Err(failure(code, &failed.error.to_string()))));
                }
            }
        }
    }
}

/// A verdict, and what it took.
struct Found {
    verdict: Verdict,
    judge: Option<ExecutionId>,
    used: EvaluationProgress,
}

impl From<Verdict> for Found {
    fn from(verdict: Verdict) -> Self {
        Self { verdict, judge: None, used: EvaluationProgress::default() }
    }
}

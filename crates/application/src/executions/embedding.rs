//! The vectors that Plinth makes for itself: of documents, searches and evaluations. Each call of an
//! embedding model is an execution, so that budgets and the usage count it. Its input says what the
//! vectors are of, and has no texts.

use std::time::Duration;

use plinth_domain::{
    Answer, Attempt, Cause, Embedding, Ending, Engine, Execution, ExecutionDraft, ExecutionId,
    ExecutionTags, FinishReason, Id, JsonObject, OrganizationSettings, Permission, PlanLimit,
    Reservation, Text, TokenUsage, UsageSource,
};
use plinth_ports::{CallError, CallableModel, OrganizationReader};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    catalogue,
    estimate::Estimate,
    finish::settle,
    input::ExecutionOrigin,
    plan::trace_of,
    start::{BUDGET_PRICE_UNKNOWN, hold, make_room},
    tokens::tokens,
};
use crate::{
    Application, Caller, Command, Context, Error, Query, Recorded, View, Writing,
    execute::{detached, use_case_span},
    knowledge::{EmbedFailure, EmbeddingCall, EmbeddingUse},
    resource::Resource,
};

/// The permission of those who make vectors: they are of documents, or looked for in documents.
const PERMISSION: Permission = Permission::DocumentRead;

/// How long the lease of a call lasts after the call.
const ENDING: Duration = Duration::from_secs(30);

/// How often the end of a call is tried to be stored.
const TRIES: u32 = 4;

/// Vectors, and what they took.
#[derive(Debug)]
pub(crate) struct Embedded {
    /// One for each text.
    pub(crate) vectors: Vec<Embedding>,
    pub(crate) tokens: u32,
    /// In nano-USD; `None` where the price is unknown.
    pub(crate) cost: Option<i64>,
}

/// Holds what a call may cost, in budgets and of what the plan allows, and stores the execution under a
/// lease. `None` where neither limits it: then it is stored when it has ended.
struct StartEmbedding {
    draft: ExecutionDraft,
    /// `None` where the price is unknown.
    estimate: Option<Estimate>,
    /// Whether a budget may count it.
    is_counted: bool,
    lease: (Uuid, Duration),
}

impl Command for StartEmbedding {
    const NAME: &'static str = "embedding.start";
    const PERMISSION: Permission = PERMISSION;
    type Output = Option<Execution>;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Option<Execution>>, Error> {
        let estimates = self.estimate.as_ref().map(std::slice::from_ref);
        let most = make_room(ctx, estimates).await?;
        let mut reservation = Reservation::default();
        if self.is_counted {
            reservation = hold(ctx, &self.draft, estimates).await?;
        }
        if reservation.periods.is_empty() {
            if most == 0 {
                return Ok(Recorded::without_audit(None));
            }
            reservation.amount = most;
        }
        let execution = Execution::start(ctx.id(), ctx.organization(), self.draft, ctx.now);
        let execution = execution.holding(reservation);
        let executions = ctx.unit.executions();
        let inserted = executions.insert(&execution, Some(self.lease)).await;
        inserted.map_err(Error::write::<Execution>)?;
        Ok(Recorded::without_audit(Some(execution)))
    }
}

/// Stores the end of a call. There is no audit record: each search would have one.
#[derive(Clone)]
struct FinishEmbedding {
    started: Option<ExecutionId>,
    draft: ExecutionDraft,
    ending: Ending,
    attempt: Attempt,
}

impl Command for FinishEmbedding {
    const NAME: &'static str = "embedding.finish";
    const PERMISSION: Permission = PERMISSION;
    type Output = ();

    fn writing(&self) -> Writing {
        match self.started {
            Some(_) => Writing::Together,
            None => Writing::Deferred(Error::write::<Execution>),
        }
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let Some(id) = self.started else {
            let (id, owner) = (ctx.id(), ctx.organization());
            let started = Execution::start(id, owner, self.draft, ctx.now);
            let started_at = Some(self.attempt.started_at);
            let ended = Execution { started_at, ..started.end(self.ending, ctx.now)? };
            let executions = ctx.unit.executions();
            let inserted = executions.insert(&ended, None).await;
            inserted.map_err(Error::write::<Execution>)?;
            executions.add_attempts(&[Attempt { execution: id, ..self.attempt }]).await?;
            return Ok(Recorded::without_audit(()));
        };
        let executions = ctx.unit.executions();
        let before = executions.lock(id).await?.ok_or(Error::NotFound(Execution::KIND))?;
        if before.status.is_ended() {
            return Ok(Recorded::without_audit(()));
        }
        let after = before.clone().end(self.ending, ctx.now)?;
        executions.release(id).await?;
        executions.update(&after).await?;
        executions.add_attempts(&[Attempt { execution: id, ..self.attempt }]).await?;
        let audits = settle(ctx, &before, &after).await?;
        Ok(Recorded { output: (), audits })
    }
}

/// How long it is until the next day of the organization begins: a budget may have more then.
struct UntilTomorrow;

impl Query for UntilTomorrow {
    const NAME: &'static str = "embedding.until_tomorrow";
    const PERMISSION: Permission = PERMISSION;
    type Output = Duration;

    async fn run(self, view: &mut View<'_>) -> Result<Duration, Error> {
        let found = OrganizationReader::find(view.unit.organization()).await?;
        let OrganizationSettings { timezone, .. } =
            found.ok_or(Error::NotFound("organization"))?.settings;
        let today = timezone.day(view.now);
        let tomorrow = timezone.start_of(today.succ_opt().unwrap_or(today));
        Ok((tomorrow - view.now).to_std().unwrap_or(ENDING))
    }
}

impl Application {
    /// The vectors of texts by this model, one for each. The call is counted, also when the caller goes
    /// away meanwhile.
    pub(crate) async fn embed_counted(
        &self,
        caller: &Caller,
        model: &CallableModel,
        of: EmbeddingUse,
        texts: Vec<String>,
        time: Duration,
    ) -> Result<Embedded, EmbedFailure> {
        let (app, caller, model) = (self.clone(), caller.clone(), model.clone());
        let counted =
            async move { Ok(app.embed_and_count(&caller, &model, of, &texts, time).await) };
        detached(use_case_span(StartEmbedding::NAME), counted).await?
    }

    async fn embed_and_count(
        &self,
        caller: &Caller,
        model: &CallableModel,
        of: EmbeddingUse,
        texts: &[String],
        time: Duration,
    ) -> Result<Embedded, EmbedFailure> {
        let estimated = tokens(texts.iter().map(String::len).sum());
        let draft = draft(caller, model, of, texts.len(), estimated)?;
        let started = self.start_embedding(caller, model, &draft, estimated, time).await?;
        let began = (tokio::time::Instant::now(), self.now());
        let call = self.call_embedder(model, of.purpose(), texts, time).await?;
        let attempt = attempt(model, &call, estimated, began);
        let (tokens, cost) = (attempt.usage.input, attempt.cost);
        let ending = ending(&attempt, call.vectors.as_ref().err());
        self.finish_embedding(caller, FinishEmbedding { started, draft, ending, attempt }).await;
        match call.vectors {
            Ok(vectors) => Ok(Embedded { vectors, tokens, cost }),
            Err(fault) => Err(EmbedFailure::of(model, &fault)),
        }
    }

    async fn start_embedding(
        &self,
        caller: &Caller,
        model: &CallableModel,
        draft: &ExecutionDraft,
        estimated: u32,
        time: Duration,
    ) -> Result<Option<ExecutionId>, EmbedFailure> {
        let scope = self.admit(caller, PERMISSION, catalogue::NAME).map_err(Error::from)?;
        let is_counted = self.is_counted(scope, caller, draft.budget_origin()).await?;
        let plans = &self.ports.plans;
        let limits = [PlanLimit::ExecutionsPerMonth, PlanLimit::AiNanoUsdPerMonth];
        if !is_counted && !limits.iter().any(|limit| plans.have(*limit)) {
            return Ok(None);
        }
        let estimate = model.price.map(|price| Estimate {
            model: model.model.id,
            rates: price.rates,
            input: estimated,
            output: 0,
        });
        let lease = (self.keeper.holder(), time + ENDING);
        let start = StartEmbedding { draft: draft.clone(), estimate, is_counted, lease };
        match self.execute(caller, start).await {
            Ok(started) => Ok(started.map(|execution| execution.id)),
            Err(error) => {
                let is_unpriced = error.code() == Some(BUDGET_PRICE_UNKNOWN);
                let mut failure = EmbedFailure::from(error);
                let is_used_up =
                    matches!(failure.error, Error::UsedUp { .. } | Error::PlanLimit { .. });
                if is_unpriced || is_used_up {
                    failure.postponed = Some(self.query(caller, UntilTomorrow).await?);
                }
                Err(failure)
            }
        }
    }

    /// Stores the end of a call. The vectors are there all the same when that fails; what budgets hold
    /// is then settled by the estimate, when the lease has expired.
    async fn finish_embedding(&self, caller: &Caller, finish: FinishEmbedding) {
        for tried in 1..=TRIES {
            match self.execute(caller, finish.clone()).await {
                Ok(()) => return,
                Err(error) if error.may_pass() && tried < TRIES => {
                    tokio::time::sleep(Duration::from_millis(100 << tried)).await;
                }
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "a call of an embedding model was not counted");
                    return;
                }
            }
        }
    }
}

/// What is stored of a call before it is made.
fn draft(
    caller: &Caller,
    model: &CallableModel,
    of: EmbeddingUse,
    texts: usize,
    tokens: u32,
) -> Result<ExecutionDraft, Error> {
    let mut embedded = json!({"for": of.name(), "texts": texts, "tokens": tokens});
    let mut tags = vec![format!("embedding:{}", of.name())];
    let (mut project, mut by) = (None, ExecutionOrigin::of(caller.access.principal()));
    match of {
        EmbeddingUse::Search => {}
        EmbeddingUse::Document { document, project: own } => {
            embedded["document_id"] = json!(document.uuid());
            project = own;
        }
        EmbeddingUse::Evaluation { evaluation, user, api_key } => {
            tags.push(format!("evaluation:{evaluation}"));
            by = ExecutionOrigin { user: Some(user), api_key };
        }
    }
    let tags: Result<Vec<_>, _> = tags.iter().map(|tag| Text::parse(tag)).collect();
    Ok(ExecutionDraft {
        prompt: None,
        project,
        model: model.model.id,
        engine: Engine::Direct,
        input: JsonObject::from_parsed(json!({"embedded": embedded}).to_string()),
        context: None,
        tags: tags.and_then(ExecutionTags::new).map_err(Error::internal)?,
        parent: None,
        user: by.user,
        api_key: by.api_key,
        trace: caller.origin.trace_parent.as_deref().and_then(trace_of),
    })
}

/// The estimated tokens of a call that has this input; `None` for other executions.
pub(super) fn embedded_tokens(input: &JsonObject) -> Option<u32> {
    #[derive(Deserialize)]
    struct Input {
        embedded: Embedded,
    }
    #[derive(Deserialize)]
    struct Embedded {
        tokens: u32,
    }
    let input: Input = serde_json::from_str(input.as_str()).ok()?;
    Some(input.embedded.tokens)
}

/// What a call was that has just ended. A call without an answer costs nothing.
fn attempt(
    model: &CallableModel,
    call: &EmbeddingCall,
    estimated: u32,
    (began, started_at): (tokio::time::Instant, plinth_domain::Timestamp),
) -> Attempt {
    let (usage, usage_source) = match call.usage {
        Some(usage) => (usage, UsageSource::Provider),
        None if call.is_answered => {
            let usage = TokenUsage { input: estimated, ..TokenUsage::default() };
            (usage, UsageSource::Estimated)
        }
        None => (TokenUsage::default(), UsageSource::None),
    };
    let cost = match usage_source {
        UsageSource::None => Some(0),
        _ => model.price.map(|price| price.cost(usage)),
    };
    let fault = call.vectors.as_ref().err();
    let request = call.provider_request.as_ref();
    Attempt {
        // Another one takes its place.
        execution: Id::from_uuid(Uuid::nil()),
        number: 1,
        model: model.model.id,
        started_at,
        latency_ms: u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX),
        http_status: fault.and_then(|fault| fault.status).or(call.is_answered.then_some(200)),
        provider_request: request.map(|id| id.chars().take(200).collect()),
        failure: fault.map(|fault| plinth_domain::Failure::new(fault.fault.code(), &fault.detail)),
        usage,
        usage_source,
        cost,
    }
}

fn ending(attempt: &Attempt, fault: Option<&CallError>) -> Ending {
    let answer = Answer {
        finish: fault.is_none().then_some(FinishReason::Stop),
        usage: attempt.usage,
        usage_source: attempt.usage_source,
        cost: attempt.cost,
        latency_ms: Some(attempt.latency_ms),
        ..Answer::default()
    };
    let cause = fault.map(|fault| Cause::Fault(fault.fault, fault.detail.clone()));
    Ending { answer, model: None, attempts: 1, cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tokens_of_an_interrupted_call_are_those_of_its_texts() {
        let input = |text: &str| JsonObject::from_parsed(text.to_owned());
        let call = input(r#"{"embedded": {"for": "document", "texts": 64, "tokens": 9000}}"#);
        assert_eq!(embedded_tokens(&call), Some(9000));
        assert_eq!(embedded_tokens(&input(r#"{"inputs": ["one"], "parameters": {}}"#)), None);
    }
}

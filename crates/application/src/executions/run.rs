//! Runs an execution: a command stores it, models are called, a command stores the end.

use std::{sync::Arc, time::Duration};

use plinth_domain::{
    Answer, Attempt, Ending, Execution, ExecutionId, ModelFault, OUTPUT_IN_ROW, TenantScope,
    TokenUsage, UsageSource,
};
use plinth_ports::{IdempotencyKey, StoredReply};
use tokio::sync::oneshot;
use tracing::Instrument;
use uuid::Uuid;

use super::{
    calls::{Called, Calls},
    finish::{FinishExecution, TextKept},
    finish_started::FinishStarted,
    flag::FlagModel,
    follow::Watched,
    input::NewExecution,
    keeper::Place,
    live::Live,
    plan::{Callable, Plan},
    record::{Stored, record},
    span::span,
    start::StartExecution,
};
use crate::{
    Application, Caller, Command, Error, Rendered,
    execute::{detached, use_case_span},
};

/// How long the end of an execution is tried to be stored; its lease is extended meanwhile. Hundreds of
/// one organization may end at once.
const FINISHING: Duration = Duration::from_mins(1);

/// Where an execution runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// In this process, at once.
    Here,
    /// In a worker, by a job.
    Queued,
}

/// An execution that was stored.
#[derive(Debug, Clone)]
pub struct Started {
    /// The execution.
    pub watched: Watched,
    /// Whether an earlier request with the same idempotency key has started it.
    pub replayed: bool,
}

impl Application {
    /// Stores an execution, and runs it apart from the caller: it goes on when the caller is gone.
    pub async fn start_execution(
        &self,
        caller: &Caller,
        key: Option<IdempotencyKey>,
        new: NewExecution,
        mode: Mode,
    ) -> Result<Started, Error> {
        let scope = self.admit(caller, StartExecution::PERMISSION, StartExecution::NAME)?;
        if let Some(key) = &key
            && let Some(earlier) = self.replayed(scope, StartExecution::NAME, key).await?
        {
            let watched = Watched::new(started(&earlier.reply)?, scope, caller.clone());
            return Ok(Started { watched, replayed: true });
        }
        let place = match mode {
            Mode::Here => Some(self.keeper.enter(caller.access.organization())?),
            Mode::Queued => None,
        };
        let (draft, plan) = self.plan_new(caller, new).await?;
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span(StartExecution::NAME), async move {
            let holder = place.is_some().then(|| app.keeper.holder());
            let command = StartExecution::of(draft, &plan, holder);
            let (sender, new) = oneshot::channel();
            let stored = |new: &Execution| {
                drop(sender.send(new.clone()));
                Ok(reply(new))
            };
            let answer = app.execute_once(&caller, key, command, stored).await?;
            let watched = Watched::new(started(&answer.reply)?, scope, caller.clone());
            if let (Some(place), false) = (place, answer.replayed) {
                let new = new.await.map_err(Error::internal)?;
                drop(app.spawn_run(caller, scope, place, new, plan));
            }
            Ok(Started { watched, replayed: answer.replayed })
        })
        .await
    }

    /// Runs an execution that this process has the lease of.
    pub(super) fn spawn_run(
        &self,
        caller: Caller,
        scope: TenantScope,
        mut place: Place,
        started: Execution,
        plan: Plan,
    ) -> Arc<Live> {
        let live = place.run(started.id);
        let (app, running) = (self.clone(), Arc::clone(&live));
        let span = span(&caller, started.id);
        let run = async move {
            app.run_to_end(&caller, scope, &running, started, &plan).await;
            drop(place);
        };
        self.keeper.spawn(run.instrument(span));
        live
    }

    /// Calls the models, and stores the end.
    async fn run_to_end(
        &self,
        caller: &Caller,
        scope: TenantScope,
        live: &Arc<Live>,
        started: Execution,
        plan: &Plan,
    ) {
        let mut stored = Stored::default();
        let (client, clock) = (&*self.ports.models, &*self.ports.clock);
        let calls = Calls { client, clock, live };
        let holder = self.keeper.holder();
        let called = tokio::select! {
            called = calls.run(plan) => called,
            () = record(&*self.ports.stores.tenant, scope, holder, live, &mut stored) => {
                Called::default()
            }
        };
        if called.is_lost {
            live.end(None);
            return;
        }
        self.count_cost(plan, &called);
        self.flag_refused(caller, plan, &called).await;
        let ended = self.finish(caller, live, started, called, stored).await;
        if let Err(error) = &ended {
            // Its lease expires, and the reaper ends it.
            let error = error as &dyn std::error::Error;
            tracing::error!(error, execution = %live.id, "the end of an execution was not stored");
        }
        live.end(ended.ok().flatten());
    }

    /// Counts for the operator what each call has cost.
    fn count_cost(&self, plan: &Plan, called: &Called) {
        for attempt in &called.attempts {
            let model = plan.models.iter().find(|callable| callable.model.id == attempt.model);
            if let (Some(model), Some(cost)) = (model, attempt.cost.filter(|cost| *cost > 0)) {
                self.ports.meter.cost(&model.endpoint, cost);
            }
        }
    }

    /// Flags the models whose secrets were refused.
    async fn flag_refused(&self, caller: &Caller, plan: &Plan, called: &Called) {
        let auth = ModelFault::Auth.code().name();
        let refused = |a: &&Attempt| a.failure.as_ref().is_some_and(|failure| failure.code == auth);
        for attempt in called.attempts.iter().filter(refused) {
            let called = plan.models.iter().find(|callable| callable.model.id == attempt.model);
            let Some(Callable { model, .. }) = called else { continue };
            if let Err(error) = self.execute(caller, FlagModel { called: model.clone() }).await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, model = %model.id, "a refused secret was not noted");
            }
        }
    }

    /// Stores the end, also when the store is away for a moment.
    async fn finish(
        &self,
        caller: &Caller,
        live: &Live,
        started: Execution,
        called: Called,
        stored: Stored,
    ) -> Result<Option<Execution>, Error> {
        let ending = ending(live, &called);
        let is_in_row = !stored.has_pieces && ending.answer.text.len() <= OUTPUT_IN_ROW;
        if is_in_row && started.reservation.periods.is_empty() {
            let (ending, attempts) = (ending.clone(), called.attempts.clone());
            let holder = self.keeper.holder();
            let command = FinishStarted { started, holder, ending, attempts };
            // Each error is tried again below.
            if let Ok(ended) = self.execute(caller, command).await {
                return Ok(Some(ended));
            }
        }
        let begun = tokio::time::Instant::now();
        loop {
            let command = FinishExecution {
                id: live.id,
                holder: self.keeper.holder(),
                ending: ending.clone(),
                attempts: called.attempts.clone(),
                text: text_kept(live, stored),
            };
            match self.execute(caller, command).await {
                Err(Error::Unavailable(_) | Error::TimedOut(_) | Error::Overloaded { .. })
                    if begun.elapsed() < FINISHING =>
                {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
                ended => return ended,
            }
        }
    }
}

fn ending(live: &Live, called: &Called) -> Ending {
    let attempts = &called.attempts;
    let usage = attempts.iter().fold(TokenUsage::default(), |sum, a| sum.plus(a.usage));
    let sources = attempts.iter().map(|attempt| attempt.usage_source);
    let costs = attempts.iter().map(|attempt| attempt.cost);
    let answer = Answer {
        text: live.text(),
        characters: live.characters(),
        tool_calls: live.tool_calls(),
        finish: live.finish().filter(|_| called.cause.is_none()),
        usage,
        usage_source: sources.fold(UsageSource::None, UsageSource::plus),
        cost: costs.into_iter().try_fold(0_i64, |sum, cost| Some(sum.saturating_add(cost?))),
        first_token_ms: live.first_content_ms(),
        latency_ms: Some(live.elapsed_ms()),
    };
    Ending {
        answer,
        model: attempts.last().map(|attempt| attempt.model),
        attempts: u16::try_from(attempts.len()).unwrap_or(u16::MAX),
        cause: called.cause.clone(),
    }
}

fn text_kept(live: &Live, stored: Stored) -> TextKept {
    if live.text_bytes() <= OUTPUT_IN_ROW {
        return if stored.has_pieces { TextKept::InsteadOfPieces } else { TextKept::InRow };
    }
    let (mut rest, mut at) = (Vec::new(), stored);
    while let Some(piece) = live.piece(at.bytes, at.characters) {
        at = at.with(&piece);
        rest.push(piece);
    }
    TextKept::InPieces(rest)
}

/// The reply that is stored under the idempotency key.
fn reply(execution: &Execution) -> Rendered {
    let body = execution.id.to_string().into_bytes();
    let reply = StoredReply { status: 201, etag: None, location: None, body };
    Rendered { reply, redacted: None }
}

fn started(reply: &StoredReply) -> Result<ExecutionId, Error> {
    let id = Uuid::try_parse_ascii(&reply.body).map_err(Error::internal)?;
    Ok(ExecutionId::from_uuid(id))
}

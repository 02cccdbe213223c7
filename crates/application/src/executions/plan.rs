//! What is called: the messages, the models in their order, their secrets and prices.

use std::{sync::Arc, time::Duration};

use plinth_domain::{
    BudgetOrigin, Engine, ExecutionDraft, JsonObject, Model, ModelKind, ModelPrice, Prompt,
};
use plinth_ports::{CallableModel, ChatRequest, ModelChoice, ModelEndpoint};
use serde_json::{Map, Value};

use super::{
    catalogue,
    estimate::Estimate,
    input::{ExecutionOrigin, NewExecution, Subject, asked, stored_input},
    messages::Asked,
    parameters::{check_parameters, longest_answer, merged},
    tokens::tokens,
};
use crate::{Application, Caller, Error, models::calls};

plinth_domain::codes! {
    PROMPT_INACTIVE = "prompt.inactive", "The prompt is not active: it is not executed.";
    MODEL_DISABLED = "model.disabled", "The model, and each of its fallbacks, is disabled.";
    MODEL_NOT_CHAT = "model.not_chat", "The model answers no messages: it makes embeddings.";
    MODEL_NOT_EMBEDDING = "model.not_embedding", "The model makes no embeddings: it answers messages.";
    EXECUTION_NOT_RUNNABLE = "execution.not_runnable",
        "What the execution needs has changed since it was queued.";
}

/// What is called, in this order.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// At least one model.
    pub(super) models: Vec<Callable>,
    /// The most time of all calls.
    pub(super) total: Duration,
    /// Whether a budget may count it.
    pub(super) is_counted: bool,
}

impl Plan {
    /// What the execution may cost by each of its models; `None` where a price is unknown.
    pub(super) fn estimates(&self) -> Option<Vec<Estimate>> {
        self.models.iter().map(Callable::estimate).collect()
    }
}

/// A model as it is called.
#[derive(Debug, Clone)]
pub(super) struct Callable {
    pub(super) model: Model,
    pub(super) endpoint: ModelEndpoint,
    pub(super) price: Option<ModelPrice>,
    pub(super) request: ChatRequest,
    /// The most tokens that its answer may have.
    longest_answer: u32,
}

impl Callable {
    fn new(
        CallableModel { model, price, .. }: CallableModel,
        endpoint: ModelEndpoint,
        messages: String,
        parameters: Map<String, Value>,
        stream: bool,
    ) -> Self {
        let longest_answer = match model.kind {
            ModelKind::Chat => longest_answer(&parameters),
            ModelKind::Embedding => 0,
        };
        let parameters = JsonObject::from_parsed(Value::Object(parameters).to_string());
        let request = ChatRequest { messages, parameters, stream };
        Self { model, endpoint, price, request, longest_answer }
    }

    fn estimate(&self) -> Option<Estimate> {
        let Self { model, price, request, longest_answer, .. } = self;
        let (input, output) = (input_tokens(request), *longest_answer);
        price.map(|price| Estimate { model: model.id, rates: price.rates, input, output })
    }
}

/// About how many tokens a request has. Tools and schemas are parameters, and are paid for.
pub(super) fn input_tokens(request: &ChatRequest) -> u32 {
    tokens(request.messages.len() + request.parameters.as_str().len())
}

/// What an execution is made of.
struct Parts {
    /// The prompt, with the version that is executed as the one that is shown.
    prompt: Option<Arc<Prompt>>,
    models: Vec<CallableModel>,
    is_counted: bool,
}

impl Application {
    /// The values to store of a new execution, and what to call.
    pub(super) async fn plan_new(
        &self,
        caller: &Caller,
        new: NewExecution,
    ) -> Result<(ExecutionDraft, Plan), Error> {
        let input = stored_input(&new)?;
        let NewExecution { subject, parameters, tags, project, context, parent, stream, .. } = new;
        let by = new.on_behalf_of;
        let by = by.unwrap_or_else(|| ExecutionOrigin::of(caller.access.principal()));
        let ExecutionOrigin { user, api_key } = by;
        let origin = BudgetOrigin { project, api_key, prompt: None };
        let parts = self.execution_parts(caller, &subject, origin).await?;
        let context = match context {
            Some(request) => Some(self.give_context(caller, request).await?),
            None => None,
        };
        let version = parts.prompt.as_ref().map(|prompt| &prompt.shown);
        let draft = ExecutionDraft {
            prompt: version.map(|version| (version.prompt, version.number)),
            project,
            model: parts.models[0].model.id,
            engine: Engine::Direct,
            input,
            context: context.as_ref().map(|given| given.record.clone()),
            tags,
            parent,
            user,
            api_key,
            trace: caller.origin.trace_parent.as_deref().and_then(trace_of),
        };
        let asked = Asked { subject, context };
        let plan = self.plan(caller, asked, parts, &parameters, stream).await?;
        Ok((draft, plan))
    }

    /// What to call for a queued execution.
    pub(super) async fn plan_of(
        &self,
        caller: &Caller,
        draft: &ExecutionDraft,
    ) -> Result<Plan, Error> {
        let (subject, parameters) = asked(draft)?;
        let parts = self.execution_parts(caller, &subject, draft.budget_origin()).await?;
        let context = match &draft.context {
            Some(context) => Some(self.context_of(caller, context).await?),
            None => None,
        };
        let asked = Asked { subject, context };
        self.plan(caller, asked, parts, &parameters, true).await
    }

    /// The version and the models of an execution, whose prompt `origin` need not name.
    async fn execution_parts(
        &self,
        caller: &Caller,
        subject: &Subject,
        origin: BudgetOrigin,
    ) -> Result<Parts, Error> {
        let scope = self.admit(caller, catalogue::PERMISSION, catalogue::NAME)?;
        let (prompt, choice, fallbacks) = match subject {
            Subject::Prompt { key, choice, model, .. } => {
                let prompt = self.chosen_prompt(scope, caller, key, choice).await?;
                if !prompt.active {
                    return Err(Error::conflict(PROMPT_INACTIVE, "the prompt is not active"));
                }
                let version = &prompt.shown.draft;
                let own = !version.fallbacks.is_empty() && model.is_none();
                let fallbacks = own.then(|| version.fallbacks.clone());
                let choice = model.clone().unwrap_or(ModelChoice::Id(version.model));
                (Some(prompt), choice, fallbacks)
            }
            Subject::Messages { model, .. } | Subject::Inputs { model, .. } => {
                (None, model.clone(), None)
            }
        };
        let models = self.callable_models(scope, caller, &choice, fallbacks).await?;
        match models.first() {
            None => return Err(Error::conflict(MODEL_DISABLED, "the model is disabled")),
            Some(first) if first.model.kind != subject.kind() => {
                return Err(match subject.kind() {
                    ModelKind::Chat => {
                        Error::conflict(MODEL_NOT_CHAT, "the model makes embeddings")
                    }
                    ModelKind::Embedding => {
                        Error::conflict(MODEL_NOT_EMBEDDING, "the model makes no embeddings")
                    }
                });
            }
            Some(_) => {}
        }
        let origin = BudgetOrigin { prompt: prompt.as_ref().map(|prompt| prompt.id), ..origin };
        let is_counted = self.is_counted(scope, caller, origin).await?;
        Ok(Parts { prompt, models, is_counted })
    }

    async fn plan(
        &self,
        caller: &Caller,
        asked: Asked,
        parts: Parts,
        parameters: &JsonObject,
        stream: bool,
    ) -> Result<Plan, Error> {
        let Parts { prompt, models, is_counted } = parts;
        let version = prompt.as_ref().map(|prompt| &prompt.shown);
        let messages = self.messages(caller, asked, version).await?;
        let total = models[0].model.timeouts.total;
        let mut callables = Vec::with_capacity(models.len());
        let mut unreadable = None;
        for callable in models {
            let parameters = merged(&callable.model, version, parameters)?;
            check_parameters(&parameters).map_err(|fault| Error::field("/parameters", fault))?;
            match calls::endpoint(&*self.ports.security.vault, &callable, total) {
                Ok(endpoint) => {
                    let messages = messages.clone();
                    callables.push(Callable::new(callable, endpoint, messages, parameters, stream));
                }
                // The others are asked.
                Err(error) => {
                    let model = callable.model.id;
                    tracing::error!(error = &error as &dyn std::error::Error, %model, "a secret does not open");
                    unreadable = Some(error);
                }
            }
        }
        match unreadable {
            Some(error) if callables.is_empty() => Err(Error::internal(error)),
            _ => Ok(Plan { models: callables, total, is_counted }),
        }
    }
}

/// The trace of a `traceparent`.
pub(super) fn trace_of(parent: &str) -> Option<String> {
    let trace = parent.split('-').nth(1)?;
    let is_trace =
        trace.len() == 32 && trace.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_trace.then(|| trace.to_owned())
}

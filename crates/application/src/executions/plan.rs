//! What is called: the messages, the models in their order, their secrets and prices.

use std::{sync::Arc, time::Duration};

use plinth_domain::{
    ApiKeyId, BudgetOrigin, Engine, ExecutionDraft, ExecutionId, ExecutionTags, Invalid,
    JsonObject, MAX_INPUT_BYTES, Model, ModelKind, ModelPrice, Principal, ProjectId, Prompt,
    PromptChoice, PromptVersion, RenderedMessage, codes,
};
use plinth_ports::{
    CallableModel, ChatRequest, ModelChoice, ModelEndpoint, PromptKey, VARIABLES_BYTES,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    catalogue,
    context::{GivenContext, StoredRequest},
    estimate::Estimate,
    parameters::{check_parameters, longest_answer},
    tokens::tokens,
};
use crate::{Application, Caller, Error, knowledge::ContextRequest, models::calls};

plinth_domain::codes! {
    PROMPT_INACTIVE = "prompt.inactive", "The prompt is not active: it is not executed.";
    MODEL_DISABLED = "model.disabled", "The model, and each of its fallbacks, is disabled.";
    MODEL_NOT_CHAT = "model.not_chat", "The model answers no messages: it makes embeddings.";
    MODEL_NOT_EMBEDDING = "model.not_embedding", "The model makes no embeddings: it answers messages.";
    EXECUTION_NOT_RUNNABLE = "execution.not_runnable",
        "What the execution needs has changed since it was queued.";
}

/// What is executed.
#[derive(Debug, Clone)]
pub enum Subject {
    /// A version of a prompt.
    Prompt {
        /// The prompt.
        key: PromptKey,
        /// The version.
        choice: PromptChoice,
        /// The values of its variables.
        variables: JsonObject,
        /// Another model than that of the version.
        model: Option<ModelChoice>,
        /// Messages behind those of the version, as in [`Subject::Messages`].
        messages: Option<String>,
    },
    /// Messages in the form of OpenAI's chat completions: a JSON array.
    Messages {
        /// The messages.
        messages: String,
        /// The model.
        model: ModelChoice,
    },
    /// Texts of which an embedding model makes vectors: a JSON array.
    Inputs {
        /// The texts.
        inputs: String,
        /// The model.
        model: ModelChoice,
    },
}

impl Subject {
    /// The kind of the model that it needs.
    const fn kind(&self) -> ModelKind {
        match self {
            Self::Prompt { .. } | Self::Messages { .. } => ModelKind::Chat,
            Self::Inputs { .. } => ModelKind::Embedding,
        }
    }
}

/// The values of a new execution, as the caller gives them.
#[derive(Debug, Clone)]
pub struct NewExecution {
    /// What is executed.
    pub subject: Subject,
    /// Parameters of the call, before those of the version and of the model.
    pub parameters: JsonObject,
    /// The caller's marks.
    pub tags: ExecutionTags,
    /// What it is given of the documents that the caller may read.
    pub context: Option<ContextRequest>,
    /// The project that it is for.
    pub project: Option<ProjectId>,
    /// The execution that caused it.
    pub parent: Option<ExecutionId>,
    /// Whether the model is asked to answer piece by piece: what came is then kept when the rest does
    /// not come.
    pub stream: bool,
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

/// The input as it is stored.
#[derive(Debug, Default, Serialize, Deserialize)]
struct StoredInput {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    variables: Option<Box<serde_json::value::RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    messages: Option<Box<serde_json::value::RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    context: Option<StoredRequest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    inputs: Option<Box<serde_json::value::RawValue>>,
    parameters: Box<serde_json::value::RawValue>,
    /// Whether the caller chose another model than that of the version.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    other_model: bool,
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
        let NewExecution { subject, parameters, tags, project, context, parent, stream } = new;
        let (user, api_key) = match caller.access.principal() {
            Principal::User(user) => (Some(user), None),
            Principal::ApiKey { id, creator } => (Some(creator), Some(id)),
            Principal::Worker(_) => (None, None),
        };
        let parts = self.execution_parts(caller, &subject, (project, api_key)).await?;
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
        let input: StoredInput =
            serde_json::from_str(draft.input.as_str()).map_err(Error::internal)?;
        let object =
            |raw: &serde_json::value::RawValue| JsonObject::from_parsed(raw.get().to_owned());
        let text = |raw: &serde_json::value::RawValue| raw.get().to_owned();
        let (messages, inputs) =
            (input.messages.as_deref().map(text), input.inputs.as_deref().map(text));
        let model = ModelChoice::Id(draft.model);
        let subject = if let Some((prompt, number)) = draft.prompt {
            Subject::Prompt {
                key: PromptKey::Id(prompt),
                choice: PromptChoice::Number(number),
                variables: input.variables.as_deref().map(object).unwrap_or_default(),
                model: input.other_model.then_some(model),
                messages,
            }
        } else if let Some(inputs) = inputs {
            Subject::Inputs { inputs, model }
        } else {
            Subject::Messages { messages: messages.unwrap_or_default(), model }
        };
        let by = (draft.project, draft.api_key);
        let parts = self.execution_parts(caller, &subject, by).await?;
        let context = match &draft.context {
            Some(context) => Some(self.context_of(caller, context).await?),
            None => None,
        };
        let asked = Asked { subject, context };
        self.plan(caller, asked, parts, &object(&input.parameters), true).await
    }

    /// The version and the models of an execution.
    async fn execution_parts(
        &self,
        caller: &Caller,
        subject: &Subject,
        (project, api_key): (Option<ProjectId>, Option<ApiKeyId>),
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
        let of = prompt.as_ref().map(|prompt| prompt.id);
        let origin = BudgetOrigin { project, api_key, prompt: of };
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
            let endpoint = match calls::endpoint(&*self.ports.security.vault, &callable, total) {
                Ok(endpoint) => endpoint,
                Err(error) => {
                    let model = callable.model.id;
                    tracing::error!(error = &error as &dyn std::error::Error, %model, "a secret does not open");
                    unreadable = Some(error);
                    continue;
                }
            };
            let mut parameters = merged(&callable.model, version, parameters)?;
            if callable.model.kind == ModelKind::Embedding {
                parameters.retain(|name, _| !FOR_DOCUMENTS.contains(&name.as_str()));
            }
            check_parameters(&parameters).map_err(|fault| Error::field("/parameters", fault))?;
            let longest_answer = match callable.model.kind {
                ModelKind::Chat => longest_answer(&parameters),
                ModelKind::Embedding => 0,
            };
            let parameters = JsonObject::from_parsed(Value::Object(parameters).to_string());
            let CallableModel { model, price, .. } = callable;
            let request = ChatRequest { messages: messages.clone(), parameters, stream };
            callables.push(Callable { model, endpoint, price, request, longest_answer });
        }
        match unreadable {
            // The others are asked.
            Some(error) if callables.is_empty() => Err(Error::internal(error)),
            _ => Ok(Plan { models: callables, total, is_counted }),
        }
    }
}

impl Application {
    /// The messages of a call, with what it is given of documents: where the templates use it, else
    /// in front of them.
    async fn messages(
        &self,
        caller: &Caller,
        asked: Asked,
        version: Option<&PromptVersion>,
    ) -> Result<String, Error> {
        let Asked { subject, context } = asked;
        let (messages, context) = match subject {
            Subject::Messages { messages, .. } => (messages, context),
            Subject::Inputs { inputs, .. } => (inputs, None),
            Subject::Prompt { variables, messages, .. } => {
                let draft = &version.ok_or(Error::NotFound("prompt"))?.draft;
                let is_used = context.is_some() && self.ports.templates.uses_context(draft);
                let (filled_in, in_front) = if is_used { (context, None) } else { (None, context) };
                let parts = filled_in.map(|given| given.parts);
                let organization = caller.access.organization();
                let rendered = self.render_messages(organization, draft, variables, parts).await?;
                (joined(spelled(&rendered), messages.as_deref()), in_front)
            }
        };
        match context {
            Some(given) => given.before(&messages),
            None => Ok(messages),
        }
    }
}

/// What the configuration of an embedding model says of documents and searches. It is no parameter.
const FOR_DOCUMENTS: [&str; 4] =
    ["query_prefix", "passage_prefix", "query_parameters", "passage_parameters"];

/// What is asked, and what is given with it.
struct Asked {
    subject: Subject,
    context: Option<GivenContext>,
}

/// The messages as JSON.
fn spelled(messages: &[RenderedMessage]) -> String {
    let message = |message: &RenderedMessage| json!({"role": message.role.name(), "content": message.content});
    Value::Array(messages.iter().map(message).collect()).to_string()
}

/// Two JSON arrays as one. The first has at least one element.
fn joined(mut first: String, second: Option<&str>) -> String {
    let inner = second.and_then(|text| text.trim().strip_prefix('[')?.strip_suffix(']'));
    if let Some(inner) = inner.filter(|inner| !inner.trim().is_empty()) {
        first.pop();
        first.push(',');
        first.push_str(inner);
        first.push(']');
    }
    first
}

/// The parameters of a call: those of the model, over them those of the version, over them the
/// caller's.
fn merged(
    model: &Model,
    version: Option<&PromptVersion>,
    own: &JsonObject,
) -> Result<Map<String, Value>, Error> {
    let version_parameters = version.map(|version| &version.draft.parameters);
    let layers = [Some(&model.config), version_parameters, Some(own)];
    let mut all = Map::new();
    for layer in layers.into_iter().flatten().filter(|layer| layer.as_str() != "{}") {
        let layer: Map<String, Value> =
            serde_json::from_str(layer.as_str()).map_err(Error::internal)?;
        all.extend(layer);
    }
    if let Some(schema) = version.and_then(|version| version.draft.output_schema.as_ref()) {
        let schema: Value = serde_json::from_str(schema.as_str()).map_err(Error::internal)?;
        all.entry("response_format").or_insert_with(|| {
            json!({"type": "json_schema",
                "json_schema": {"name": "answer", "schema": schema, "strict": true}})
        });
    }
    Ok(all)
}

/// The input as it is stored, at most [`MAX_INPUT_BYTES`] of it.
fn stored_input(new: &NewExecution) -> Result<JsonObject, Error> {
    let raw = |text: &str| {
        serde_json::value::RawValue::from_string(text.to_owned()).map_err(Error::internal)
    };
    let mut input =
        StoredInput { parameters: raw(new.parameters.as_str())?, ..StoredInput::default() };
    input.context = new.context.as_ref().map(StoredRequest::of);
    let (field, most) = match &new.subject {
        Subject::Prompt { variables, model, messages, .. } => {
            input.variables = Some(raw(variables.as_str())?);
            input.other_model = model.is_some();
            input.messages = messages.as_deref().map(raw).transpose()?;
            ("/variables", VARIABLES_BYTES.min(MAX_INPUT_BYTES))
        }
        Subject::Messages { messages, .. } => {
            input.messages = Some(raw(messages)?);
            ("/messages", MAX_INPUT_BYTES)
        }
        Subject::Inputs { inputs, .. } => {
            input.inputs = Some(raw(inputs)?);
            ("/input", MAX_INPUT_BYTES)
        }
    };
    let text = serde_json::to_string(&input).map_err(Error::internal)?;
    if text.len() > most {
        let detail = format!("at most {most} bytes of JSON, with the parameters");
        return Err(Error::field(field, Invalid::new(codes::TEXT_TOO_LONG, detail)));
    }
    Ok(JsonObject::from_parsed(text))
}

/// The trace of a `traceparent`.
fn trace_of(parent: &str) -> Option<String> {
    let trace = parent.split('-').nth(1)?;
    let is_trace =
        trace.len() == 32 && trace.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_trace.then(|| trace.to_owned())
}

//! What is executed, as the caller gives it and as it is stored.

use plinth_domain::{
    ApiKeyId, ExecutionDraft, ExecutionId, ExecutionTags, Invalid, JsonObject, MAX_INPUT_BYTES,
    ModelKind, Principal, ProjectId, PromptChoice, UserId, codes,
};
use plinth_ports::{ModelChoice, PromptKey, VARIABLES_BYTES};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::context::StoredRequest;
use crate::{Error, knowledge::ContextRequest};

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
    pub(super) const fn kind(&self) -> ModelKind {
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
    /// Who causes it, where a worker runs it for them; `None` for the caller.
    pub on_behalf_of: Option<ExecutionOrigin>,
    /// Whether the model is asked to answer piece by piece: what came is then kept when the rest does
    /// not come.
    pub stream: bool,
}

/// Who causes an execution.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExecutionOrigin {
    /// The user; `None` for a worker that acts for none.
    pub user: Option<UserId>,
    /// The key, whose budgets count the execution.
    pub api_key: Option<ApiKeyId>,
}

impl ExecutionOrigin {
    /// The caller.
    pub(crate) fn of(principal: Principal) -> Self {
        Self { user: principal.user(), api_key: principal.api_key() }
    }
}

/// The input as it is stored.
#[derive(Debug, Default, Serialize, Deserialize)]
struct StoredInput {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    variables: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    messages: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    context: Option<StoredRequest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    inputs: Option<Box<RawValue>>,
    parameters: Box<RawValue>,
    /// Whether the caller chose another model than that of the version.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    other_model: bool,
}

/// The input as it is stored, at most [`MAX_INPUT_BYTES`] of it.
pub(super) fn stored_input(new: &NewExecution) -> Result<JsonObject, Error> {
    let raw = |text: &str| RawValue::from_string(text.to_owned()).map_err(Error::internal);
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

/// What a queued execution asks for, and the caller's parameters.
pub(super) fn asked(draft: &ExecutionDraft) -> Result<(Subject, JsonObject), Error> {
    let stored: StoredInput =
        serde_json::from_str(draft.input.as_str()).map_err(Error::internal)?;
    let object = |raw: &RawValue| JsonObject::from_parsed(raw.get().to_owned());
    let text = |raw: Box<RawValue>| raw.get().to_owned();
    let StoredInput { variables, messages, inputs, parameters, other_model, .. } = stored;
    let (messages, model) = (messages.map(text), ModelChoice::Id(draft.model));
    let subject = if let Some((prompt, number)) = draft.prompt {
        Subject::Prompt {
            key: PromptKey::Id(prompt),
            choice: PromptChoice::Number(number),
            variables: variables.as_deref().map(object).unwrap_or_default(),
            model: other_model.then_some(model),
            messages,
        }
    } else if let Some(inputs) = inputs {
        Subject::Inputs { inputs: text(inputs), model }
    } else {
        Subject::Messages { messages: messages.unwrap_or_default(), model }
    };
    Ok((subject, object(&parameters)))
}

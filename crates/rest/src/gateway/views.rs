//! Answers in OpenAI's form.

use plinth_application::executions::Said;
use plinth_domain::{Execution, ExecutionId, FinishReason, Timestamp, TokenUsage};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

/// What all parts of an answer name.
pub(super) struct Frame {
    pub(super) execution: ExecutionId,
    /// The parameter `model` of the request.
    pub(super) model: String,
    /// Seconds since 1970.
    pub(super) created: i64,
}

impl Frame {
    pub(super) const fn new(execution: ExecutionId, model: String, now: Timestamp) -> Self {
        Self { execution, model, created: now.timestamp() }
    }

    /// `chatcmpl-` and the execution.
    pub(super) fn id(&self) -> String {
        format!("chatcmpl-{}", self.execution.uuid().simple())
    }
}

/// A whole answer.
#[derive(Serialize, ToSchema)]
pub(super) struct ChatCompletionView {
    #[schema(example = "chatcmpl-0192f3a45b6c7d8e9fa0b1c2d3e4f5a6")]
    id: String,
    #[schema(example = "chat.completion")]
    object: &'static str,
    /// Seconds since 1970.
    created: i64,
    /// The parameter `model` of the request.
    #[schema(example = "local/smollm2")]
    model: String,
    /// One choice.
    choices: Vec<ChatChoiceView>,
    usage: ChatUsageView,
    plinth: PlinthView,
}

/// What the model says.
#[derive(Serialize, ToSchema)]
struct ChatChoiceView {
    #[schema(minimum = 0, maximum = 0, example = 0)]
    index: u8,
    message: ChatMessageView,
    /// Log probabilities are not passed on.
    #[schema(value_type = Option<Object>, example = json!(null))]
    logprobs: Option<()>,
    /// `stop`, `length`, `tool_calls` or `content_filter`.
    #[schema(example = "stop")]
    finish_reason: &'static str,
}

/// The message of the model.
#[derive(Serialize, ToSchema)]
struct ChatMessageView {
    #[schema(example = "assistant")]
    role: &'static str,
    #[schema(example = "Hello, Ada")]
    content: Option<String>,
    /// What the model says instead of an answer that it refuses.
    #[schema(example = json!(null))]
    refusal: Option<String>,
    /// The calls of tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<Object>, required = false)]
    tool_calls: Option<Box<RawValue>>,
}

/// The tokens of all calls of models.
#[derive(Serialize, ToSchema)]
pub(super) struct ChatUsageView {
    prompt_tokens: u32,
    completion_tokens: u32,
    total_tokens: u32,
    prompt_tokens_details: PromptTokensView,
    completion_tokens_details: CompletionTokensView,
}

/// Parts of the tokens of the request.
#[derive(Serialize, ToSchema)]
struct PromptTokensView {
    cached_tokens: u32,
}

/// Parts of the tokens of the answer.
#[derive(Serialize, ToSchema)]
struct CompletionTokensView {
    reasoning_tokens: u32,
}

/// What OpenAI's API does not have.
#[derive(Serialize, ToSchema)]
#[schema(as = PlinthExecution)]
pub(super) struct PlinthView {
    pub(super) execution_id: Uuid,
}

/// A chunk of a streamed answer: the data of each event. The last event is `[DONE]`; an answer that is
/// cut ends with an error in its place.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes the events")]
pub(super) struct ChatCompletionChunkView {
    id: String,
    #[schema(example = "chat.completion.chunk")]
    object: String,
    created: i64,
    model: String,
    /// One choice with its `delta`, or none beside the usage.
    #[schema(value_type = Vec<Object>)]
    choices: Vec<()>,
    /// In the last chunk, where `stream_options.include_usage` asks for it.
    #[schema(required = false)]
    usage: ChatUsageView,
}

impl From<TokenUsage> for ChatUsageView {
    fn from(usage: TokenUsage) -> Self {
        Self {
            prompt_tokens: usage.input,
            completion_tokens: usage.output,
            total_tokens: usage.input.saturating_add(usage.output),
            prompt_tokens_details: PromptTokensView { cached_tokens: usage.cached },
            completion_tokens_details: CompletionTokensView { reasoning_tokens: usage.reasoning },
        }
    }
}

impl ChatCompletionView {
    pub(super) fn new(frame: Frame, said: Said, execution: &Execution) -> Self {
        let Said { text, refusal, tool_calls } = said;
        let is_refused = refusal.is_some();
        let tool_calls = tool_calls.and_then(|calls| RawValue::from_string(calls).ok());
        let says_nothing = text.is_empty() && (is_refused || tool_calls.is_some());
        let message = ChatMessageView {
            role: "assistant",
            content: Some(text).filter(|_| !says_nothing),
            refusal,
            tool_calls,
        };
        let finish_reason = finish_reason(execution, is_refused);
        let choice = ChatChoiceView { index: 0, message, logprobs: None, finish_reason };
        Self {
            id: frame.id(),
            object: "chat.completion",
            created: frame.created,
            model: frame.model,
            choices: vec![choice],
            usage: execution.answer.usage.into(),
            plinth: PlinthView { execution_id: frame.execution.uuid() },
        }
    }
}

/// Why the model ended. A refusal is a message of its own, which ends as any other.
pub(super) fn finish_reason(execution: &Execution, is_refused: bool) -> &'static str {
    match execution.answer.finish {
        Some(FinishReason::ContentFilter) if is_refused => FinishReason::Stop.name(),
        finish => finish.unwrap_or(FinishReason::Stop).name(),
    }
}

//! Answers in Anthropic's form.

use plinth_application::executions::Said;
use plinth_domain::{Execution, FinishReason, TokenUsage};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::gateway::views::{Frame, PlinthView};

/// A whole answer.
#[derive(Serialize, ToSchema)]
pub(super) struct AnthropicMessageView {
    /// `msg_` and the execution.
    #[schema(example = "msg_0192f3a45b6c7d8e9fa0b1c2d3e4f5a6")]
    id: String,
    #[serde(rename = "type")]
    #[schema(example = "message")]
    kind: &'static str,
    #[schema(example = "assistant")]
    role: &'static str,
    /// The parameter `model` of the request.
    #[schema(example = "local/smollm2")]
    model: String,
    /// Blocks of the types `text` and `tool_use`.
    #[schema(value_type = Vec<Object>)]
    content: Vec<BlockView>,
    /// `end_turn`, `max_tokens`, `tool_use` or `refusal`.
    #[schema(example = "end_turn")]
    stop_reason: &'static str,
    /// Which sequence ended the answer is not known.
    #[schema(value_type = Option<String>, example = json!(null))]
    stop_sequence: Option<()>,
    usage: AnthropicUsageView,
    plinth: PlinthView,
}

/// What the model says, or a call of a tool.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum BlockView {
    Text { text: String },
    ToolUse { id: String, name: String, input: Box<RawValue> },
}

/// The tokens of all calls of models.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "Anthropic names them so")]
pub(super) struct AnthropicUsageView {
    /// Tokens of the request that no cache had.
    input_tokens: u32,
    output_tokens: u32,
    cache_read_input_tokens: u32,
    cache_creation_input_tokens: u32,
}

/// An event of a streamed answer: `message_start`, `content_block_start`, `content_block_delta`,
/// `content_block_stop`, `message_delta`, `message_stop`, `ping`, or `error`, which ends one that is
/// cut.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes the events")]
pub(super) struct AnthropicEventView {
    #[schema(rename = "type", example = "content_block_delta")]
    kind: String,
}

/// A call of a tool, as an execution has it.
#[derive(Deserialize)]
struct Call {
    id: String,
    function: CallFunction,
}

#[derive(Deserialize)]
struct CallFunction {
    name: String,
    arguments: String,
}

impl From<TokenUsage> for AnthropicUsageView {
    fn from(usage: TokenUsage) -> Self {
        let cached = usage.cached.saturating_add(usage.cache_written);
        Self {
            input_tokens: usage.input.saturating_sub(cached),
            output_tokens: usage.output,
            cache_read_input_tokens: usage.cached,
            cache_creation_input_tokens: usage.cache_written,
        }
    }
}

impl AnthropicMessageView {
    pub(super) fn new(frame: Frame, said: Said, execution: &Execution) -> Self {
        let Said { mut text, refusal, tool_calls } = said;
        text.push_str(&refusal.unwrap_or_default());
        let calls = tool_calls.and_then(|calls| serde_json::from_str::<Vec<Call>>(&calls).ok());
        let text = Some(text).filter(|text| !text.is_empty());
        let text = text.map(|text| BlockView::Text { text });
        let calls = calls.into_iter().flatten().filter_map(|call| {
            let CallFunction { name, arguments } = call.function;
            let input = RawValue::from_string(arguments);
            let input = input.or_else(|_| RawValue::from_string("{}".to_owned())).ok()?;
            Some(BlockView::ToolUse { id: call.id, name, input })
        });
        Self {
            id: id(&frame),
            kind: "message",
            role: "assistant",
            model: frame.model,
            content: text.into_iter().chain(calls).collect(),
            stop_reason: stop_reason(execution),
            stop_sequence: None,
            usage: execution.answer.usage.into(),
            plinth: PlinthView { execution_id: frame.execution.uuid() },
        }
    }
}

/// The identity of an answer.
pub(super) fn id(frame: &Frame) -> String {
    format!("msg_{}", frame.execution.uuid().simple())
}

/// Why the model ended.
pub(super) fn stop_reason(execution: &Execution) -> &'static str {
    match execution.answer.finish {
        Some(FinishReason::Length) => "max_tokens",
        Some(FinishReason::ToolCalls) => "tool_use",
        Some(FinishReason::ContentFilter) => "refusal",
        Some(FinishReason::Stop) | None => "end_turn",
    }
}

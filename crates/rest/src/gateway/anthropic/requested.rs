use std::{borrow::Cow, collections::HashMap};

use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;

/// A request for a message, in the form of Anthropic's API.
///
/// `top_k`, `thinking` and parameters that are not listed go to the provider as they are written.
/// `cache_control`, `citations` and `is_error` of blocks are not passed on. At most 256 KiB of JSON are
/// executed.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "it only describes the body")]
pub(super) struct AnthropicMessageRequest {
    /// The name of a model, or `prompt:NAME`, `prompt:NAME@label`, `prompt:NAME@3`.
    #[schema(max_length = 200, example = "local/smollm2")]
    model: String,
    /// The messages. They follow those of a prompt, and may then be empty.
    #[schema(value_type = Option<Vec<Object>>, max_items = 1000)]
    messages: Option<Vec<Map<String, Value>>>,
    /// The instructions: a text, or blocks of text.
    #[schema(value_type = Option<Object>)]
    system: Option<Value>,
    /// The most tokens of the answer.
    #[schema(minimum = 1)]
    max_tokens: Option<u32>,
    /// The variables of a prompt, which Anthropic's API does not have.
    #[schema(value_type = Option<Object>)]
    variables: Option<Map<String, Value>>,
    /// Whether the answer is streamed.
    stream: Option<bool>,
    /// Tools of the caller.
    #[schema(value_type = Option<Vec<Object>>)]
    tools: Option<Vec<Map<String, Value>>>,
    /// Which tools the model may or must call.
    #[schema(value_type = Option<Object>)]
    tool_choice: Option<Map<String, Value>>,
    /// Other parameters.
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

/// A message of a request.
#[derive(Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow)]
    pub(super) role: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) content: Option<&'a RawValue>,
}

/// A block of a message; which fields it has depends on its type.
#[derive(Deserialize)]
pub(super) struct Block<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Option<Cow<'a, str>>,
    pub(super) text: Option<String>,
    #[serde(borrow)]
    pub(super) source: Option<Source<'a>>,
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    #[serde(borrow)]
    pub(super) input: Option<&'a RawValue>,
    pub(super) tool_use_id: Option<String>,
    #[serde(borrow)]
    pub(super) content: Option<&'a RawValue>,
}

/// Where the bytes of a picture or a document are.
#[derive(Deserialize)]
pub(super) struct Source<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) media_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) data: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) url: Option<Cow<'a, str>>,
}

/// A tool of the caller.
#[derive(Deserialize)]
pub(super) struct Tool<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Option<Cow<'a, str>>,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    #[serde(borrow)]
    pub(super) input_schema: Option<&'a RawValue>,
    pub(super) strict: Option<bool>,
}

/// Which tools the model may or must call.
#[derive(Deserialize)]
pub(super) struct ToolChoice {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) name: Option<String>,
    pub(super) disable_parallel_tool_use: Option<bool>,
}

/// The form of the answer.
#[derive(Deserialize)]
pub(super) struct OutputConfig<'a> {
    #[serde(borrow)]
    pub(super) format: Option<OutputFormat<'a>>,
}

#[derive(Deserialize)]
pub(super) struct OutputFormat<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) schema: Option<&'a RawValue>,
}

/// Of whom the request is.
#[derive(Deserialize)]
pub(super) struct Metadata {
    pub(super) user_id: Option<String>,
}

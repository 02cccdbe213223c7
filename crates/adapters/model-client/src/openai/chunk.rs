use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Count, Spoken, Text};

/// A piece of an answer, or the whole of it.
#[derive(Debug, Deserialize)]
pub(super) struct Chunk<'a> {
    #[serde(borrow)]
    pub(super) id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) model: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) choices: Option<Vec<Choice<'a>>>,
    pub(super) usage: Option<Usage>,
    #[serde(borrow)]
    pub(super) error: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice<'a> {
    pub(super) index: Option<u32>,
    #[serde(borrow)]
    pub(super) delta: Option<Delta<'a>>,
    /// The whole answer; some servers repeat in each piece what has come until then.
    #[serde(borrow)]
    pub(super) message: Option<Delta<'a>>,
    #[serde(borrow)]
    pub(super) finish_reason: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Delta<'a> {
    pub(super) content: Option<Spoken>,
    pub(super) refusal: Option<String>,
    #[serde(borrow)]
    pub(super) tool_calls: Option<Vec<ToolPiece<'a>>>,
    /// The only call of an answer, as it was before `tool_calls`.
    #[serde(borrow)]
    pub(super) function_call: Option<FunctionPiece<'a>>,
    /// Thoughts, as open models send them.
    #[serde(borrow)]
    reasoning_content: Option<&'a RawValue>,
    #[serde(borrow)]
    reasoning: Option<&'a RawValue>,
}

impl Delta<'_> {
    /// Whether the model thinks aloud.
    pub(super) fn thinks(&self) -> bool {
        let thoughts = [self.reasoning_content, self.reasoning].into_iter().flatten();
        thoughts.map(RawValue::get).any(|thought| thought != r#""""#)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct ToolPiece<'a> {
    pub(super) index: Option<u32>,
    pub(super) id: Option<String>,
    #[serde(borrow)]
    pub(super) function: Option<FunctionPiece<'a>>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct FunctionPiece<'a> {
    pub(super) name: Option<String>,
    /// A text with JSON; some servers send the object itself.
    #[serde(borrow)]
    pub(super) arguments: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Usage {
    pub(super) prompt_tokens: Option<Count>,
    pub(super) completion_tokens: Option<Count>,
    pub(super) prompt_tokens_details: Option<InputDetails>,
    pub(super) completion_tokens_details: Option<OutputDetails>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(super) struct InputDetails {
    pub(super) cached_tokens: Option<Count>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(super) struct OutputDetails {
    pub(super) reasoning_tokens: Option<Count>,
}

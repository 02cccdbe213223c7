use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Count, Text};

/// An event of a stream, or a whole answer.
#[derive(Debug, Deserialize)]
pub(super) struct Event<'a> {
    #[serde(borrow, rename = "type", default = "unknown")]
    pub(super) kind: Text<'a>,
    pub(super) index: Option<u32>,
    #[serde(borrow)]
    pub(super) delta: Option<Delta<'a>>,
    #[serde(borrow)]
    pub(super) content_block: Option<Block<'a>>,
    #[serde(borrow)]
    pub(super) content: Option<Vec<Block<'a>>>,
    pub(super) message: Option<Message>,
    #[serde(borrow)]
    pub(super) stop_reason: Option<Text<'a>>,
    pub(super) usage: Option<Usage>,
    #[serde(borrow)]
    pub(super) error: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub(super) usage: Option<Usage>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Block<'a> {
    #[serde(borrow, rename = "type", default = "unknown")]
    pub(super) kind: Text<'a>,
    pub(super) text: Option<String>,
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    #[serde(borrow)]
    pub(super) input: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Delta<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Option<Text<'a>>,
    pub(super) text: Option<String>,
    pub(super) partial_json: Option<String>,
    #[serde(borrow)]
    pub(super) stop_reason: Option<Text<'a>>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(super) struct Usage {
    #[serde(rename = "input_tokens")]
    pub(super) input: Option<Count>,
    #[serde(rename = "output_tokens")]
    pub(super) output: Option<Count>,
    #[serde(rename = "cache_read_input_tokens")]
    pub(super) cached: Option<Count>,
    #[serde(rename = "cache_creation_input_tokens")]
    pub(super) cache_written: Option<Count>,
}

fn unknown() -> Text<'static> {
    Text(std::borrow::Cow::Borrowed(""))
}

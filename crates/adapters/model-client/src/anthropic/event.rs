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
    #[serde(borrow)]
    pub(super) message: Option<Message<'a>>,
    #[serde(borrow)]
    pub(super) id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) model: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) stop_reason: Option<Text<'a>>,
    pub(super) usage: Option<Usage>,
    #[serde(borrow)]
    pub(super) error: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow)]
    pub(super) id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) model: Option<&'a RawValue>,
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

/// The events that say something.
const KNOWN: [&str; 7] = [
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
    "error",
];

/// Whether an event has a name, and none of those that are understood.
pub(super) fn is_unknown(data: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow, rename = "type")]
        kind: Text<'a>,
    }

    let named = serde_json::from_slice::<Named<'_>>(data);
    named.is_ok_and(|named| !KNOWN.contains(&&*named.kind.0))
}

fn unknown() -> Text<'static> {
    Text(std::borrow::Cow::Borrowed(""))
}

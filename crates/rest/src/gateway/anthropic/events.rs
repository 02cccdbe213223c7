//! A streamed answer in Anthropic's form: blocks of text and calls of tools, one after the other.

use std::collections::BTreeMap;

use actix_web::web::Bytes;
use plinth_domain::{Execution, TokenUsage};
use plinth_ports::ChatEvent;
use serde::Serialize;
use serde_json::json;

use super::{
    errors,
    views::{AnthropicUsageView, id, stop_reason},
};
use crate::{
    gateway::{stream::Writer, views::Frame},
    problem::ApiError,
};

/// Writes the events of an answer.
pub(super) struct Events {
    frame: Frame,
    /// How many blocks have begun.
    blocks: u32,
    open: Option<Open>,
    calls: BTreeMap<u32, Call>,
}

/// The block that has begun and has not ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Text,
    Call(u32),
}

/// A call of a tool.
#[derive(Default)]
struct Call {
    id: String,
    /// Its block, once its name is known.
    block: Option<u32>,
    /// The arguments that came before the name.
    waiting: String,
}

impl Events {
    pub(super) fn new(frame: Frame) -> Self {
        Self { frame, blocks: 0, open: None, calls: BTreeMap::new() }
    }

    fn events(&mut self, out: &mut Vec<u8>, events: &[ChatEvent]) {
        for event in events {
            match event {
                ChatEvent::Text(text) | ChatEvent::Refusal(text) => self.text(out, text),
                ChatEvent::ToolCall { index, id, name, arguments } => {
                    self.call(out, *index, id.as_deref(), name.as_deref(), arguments);
                }
                ChatEvent::Named(_) | ChatEvent::Finish(_) | ChatEvent::Usage(_) => {}
            }
        }
    }

    fn text(&mut self, out: &mut Vec<u8>, text: &str) {
        if self.open != Some(Open::Text) {
            self.begin(out, Open::Text, &json!({"type": "text", "text": ""}));
        }
        delta(out, self.blocks - 1, &json!({"type": "text_delta", "text": text}));
    }

    fn call(
        &mut self,
        out: &mut Vec<u8>,
        index: u32,
        id: Option<&str>,
        name: Option<&str>,
        arguments: &str,
    ) {
        let call = self.calls.entry(index).or_default();
        call.id.push_str(id.unwrap_or_default());
        call.waiting.push_str(arguments);
        if let (None, Some(name)) = (call.block, name) {
            call.block = Some(self.blocks);
            let block = json!({"type": "tool_use", "id": call.id, "name": name, "input": {}});
            self.begin(out, Open::Call(index), &block);
        }
        let Some(Call { block: Some(block), waiting, .. }) = self.calls.get_mut(&index) else {
            return;
        };
        if !waiting.is_empty() {
            let arguments = std::mem::take(waiting);
            delta(out, *block, &json!({"type": "input_json_delta", "partial_json": arguments}));
        }
    }

    /// Ends the open block, and begins another one.
    fn begin(&mut self, out: &mut Vec<u8>, open: Open, block: &serde_json::Value) {
        self.close(out);
        let index = self.blocks;
        self.blocks += 1;
        self.open = Some(open);
        let start = json!({"type": "content_block_start", "index": index, "content_block": block});
        event(out, "content_block_start", &start);
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        let block = match self.open.take() {
            None => return,
            Some(Open::Text) => self.blocks - 1,
            Some(Open::Call(index)) => {
                let block = self.calls.get(&index).and_then(|call| call.block);
                block.unwrap_or(self.blocks - 1)
            }
        };
        let stop = json!({"type": "content_block_stop", "index": block});
        event(out, "content_block_stop", &stop);
    }
}

impl Writer for Events {
    const WAITING: &'static str = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

    fn start(&mut self, events: &[ChatEvent]) -> Bytes {
        let mut out = Vec::with_capacity(512);
        let message = json!({
            "id": id(&self.frame), "type": "message", "role": "assistant",
            "model": self.frame.model, "content": [], "stop_reason": null, "stop_sequence": null,
            "usage": AnthropicUsageView::from(TokenUsage::default()),
        });
        event(&mut out, "message_start", &json!({"type": "message_start", "message": message}));
        self.events(&mut out, events);
        out.into()
    }

    fn more(&mut self, events: &[ChatEvent]) -> Bytes {
        let mut out = Vec::with_capacity(128);
        self.events(&mut out, events);
        out.into()
    }

    fn end(&mut self, execution: &Execution) -> Bytes {
        let mut out = Vec::with_capacity(512);
        self.close(&mut out);
        let end = json!({
            "type": "message_delta",
            "delta": {"stop_reason": stop_reason(execution), "stop_sequence": null},
            "usage": AnthropicUsageView::from(execution.answer.usage),
        });
        event(&mut out, "message_delta", &end);
        event(&mut out, "message_stop", &json!({"type": "message_stop"}));
        out.into()
    }

    fn cut(&self, error: &ApiError) -> Bytes {
        let mut out = b"event: error\ndata: ".to_vec();
        out.extend_from_slice(&errors::text(error, None));
        out.extend_from_slice(b"\n\n");
        out.into()
    }
}

fn delta(out: &mut Vec<u8>, index: u32, delta: &serde_json::Value) {
    let delta = json!({"type": "content_block_delta", "index": index, "delta": delta});
    event(out, "content_block_delta", &delta);
}

fn event(out: &mut Vec<u8>, name: &str, data: &impl Serialize) {
    out.extend_from_slice(b"event: ");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\ndata: ");
    // Writing into memory does not fail, and these values are always JSON.
    let _ = serde_json::to_writer(&mut *out, data);
    out.extend_from_slice(b"\n\n");
}

#[cfg(test)]
mod tests {
    use plinth_domain::{ExecutionId, Id};
    use serde_json::Value;
    use uuid::Uuid;

    use super::*;

    fn told(bytes: &Bytes) -> Vec<Value> {
        let text = std::str::from_utf8(bytes).unwrap();
        let data = text.split_terminator("\n\n").map(|event| {
            let (name, data) = event.split_once("\ndata: ").unwrap();
            let data: Value = serde_json::from_str(data).unwrap();
            assert_eq!(name, format!("event: {}", data["type"].as_str().unwrap()));
            data
        });
        data.collect()
    }

    fn call(index: u32, id: Option<&str>, name: Option<&str>, arguments: &str) -> ChatEvent {
        let (id, name) = (id.map(str::to_owned), name.map(str::to_owned));
        ChatEvent::ToolCall { index, id, name, arguments: arguments.to_owned() }
    }

    #[test]
    fn texts_and_calls_of_tools_are_blocks_one_after_the_other() {
        let execution: ExecutionId = Id::from_uuid(Uuid::from_u128(7));
        let frame = Frame { execution, model: "m".to_owned(), created: 12 };
        let mut writer = Events::new(frame);
        let first = told(&writer.start(&[ChatEvent::Text("wör\n\"t".to_owned())]));
        assert_eq!(first[0]["message"]["model"], "m");
        assert_eq!(first[1]["content_block"], json!({"type": "text", "text": ""}));
        assert_eq!(first[2]["delta"], json!({"type": "text_delta", "text": "wör\n\"t"}));
        let more = told(&writer.more(&[
            call(0, Some("c1"), Some("find"), ""),
            call(0, None, None, "{\"q\":1}"),
            // The name comes after the first arguments.
            call(1, Some("c2"), None, "{"),
            call(1, None, Some("read"), "}"),
        ]));
        let kinds: Vec<_> = more
            .iter()
            .map(|event| (event["type"].as_str().unwrap(), event["index"].as_u64().unwrap()))
            .collect();
        assert_eq!(
            kinds,
            [
                ("content_block_stop", 0),
                ("content_block_start", 1),
                ("content_block_delta", 1),
                ("content_block_stop", 1),
                ("content_block_start", 2),
                ("content_block_delta", 2),
            ]
        );
        let block = json!({"type": "tool_use", "id": "c1", "name": "find", "input": {}});
        assert_eq!(more[1]["content_block"], block);
        let arguments = json!({"type": "input_json_delta", "partial_json": "{\"q\":1}"});
        assert_eq!(more[2]["delta"], arguments);
        assert_eq!(more[4]["content_block"]["id"], "c2");
        assert_eq!(more[5]["delta"]["partial_json"], "{}");
    }
}

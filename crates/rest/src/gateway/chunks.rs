//! A streamed answer in OpenAI's form. What all chunks have in common is written once.

use actix_web::web::Bytes;
use plinth_domain::Execution;
use plinth_ports::ChatEvent;
use serde::Serialize;

use super::{
    errors,
    stream::Writer,
    views::{ChatUsageView, Frame, PlinthView, finish_reason},
};
use crate::problem::ApiError;

/// Writes the events of an answer.
pub(super) struct Chunks {
    frame: Frame,
    /// Each chunk until its choices.
    head: Vec<u8>,
    /// Whether the client wants the usage.
    with_usage: bool,
    is_refused: bool,
}

/// A piece of a call of a tool.
#[derive(Serialize)]
struct ToolPiece<'a> {
    index: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    function: FunctionPiece<'a>,
}

#[derive(Serialize)]
struct FunctionPiece<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    arguments: &'a str,
}

impl Chunks {
    pub(super) fn new(frame: Frame, with_usage: bool) -> Self {
        let mut head = format!(
            r#"data: {{"id":"{}","object":"chat.completion.chunk","created":{},"model":"#,
            frame.id(),
            frame.created
        )
        .into_bytes();
        json(&mut head, &frame.model);
        head.extend_from_slice(br#","choices":["#);
        Self { frame, head, with_usage, is_refused: false }
    }

    fn events(&mut self, out: &mut Vec<u8>, events: &[ChatEvent]) {
        for event in events {
            self.is_refused |= matches!(event, ChatEvent::Refusal(_));
            self.delta(out, |out| match event {
                ChatEvent::Text(text) => {
                    out.extend_from_slice(br#""content":"#);
                    json(out, text);
                }
                ChatEvent::Refusal(text) => {
                    out.extend_from_slice(br#""refusal":"#);
                    json(out, text);
                }
                ChatEvent::ToolCall { index, id, name, arguments } => {
                    let function = FunctionPiece { name: name.as_deref(), arguments };
                    let (id, kind) = (id.as_deref(), id.as_ref().map(|_| "function"));
                    out.extend_from_slice(br#""tool_calls":["#);
                    json(out, &ToolPiece { index: *index, id, kind, function });
                    out.push(b']');
                }
                ChatEvent::Named(_) | ChatEvent::Finish(_) | ChatEvent::Usage(_) => {}
            });
        }
    }

    fn delta(&self, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        out.extend_from_slice(&self.head);
        out.extend_from_slice(br#"{"index":0,"delta":{"#);
        write(out);
        out.extend_from_slice(br#"},"logprobs":null,"finish_reason":null}]"#);
        self.close(out);
    }

    /// With usage, OpenAI's chunks have it as null until the last one.
    fn close(&self, out: &mut Vec<u8>) {
        let end: &[u8] = if self.with_usage { b",\"usage\":null}\n\n" } else { b"}\n\n" };
        out.extend_from_slice(end);
    }
}

impl Writer for Chunks {
    const WAITING: &'static str = ": waiting\n\n";

    fn start(&mut self, events: &[ChatEvent]) -> Bytes {
        let mut out = Vec::with_capacity(2 * self.head.len() + 200);
        self.delta(&mut out, |out| {
            out.extend_from_slice(br#""role":"assistant","content":"","refusal":null"#);
        });
        self.events(&mut out, events);
        out.into()
    }

    fn more(&mut self, events: &[ChatEvent]) -> Bytes {
        let mut out = Vec::with_capacity(self.head.len() + 200);
        self.events(&mut out, events);
        out.into()
    }

    fn end(&mut self, execution: &Execution) -> Bytes {
        let mut out = Vec::with_capacity(3 * self.head.len());
        out.extend_from_slice(&self.head);
        out.extend_from_slice(br#"{"index":0,"delta":{},"logprobs":null,"finish_reason":""#);
        out.extend_from_slice(finish_reason(execution, self.is_refused).as_bytes());
        out.extend_from_slice(br#""}]"#);
        self.close(&mut out);
        if self.with_usage {
            out.extend_from_slice(&self.head);
            out.extend_from_slice(br#"],"usage":"#);
            json(&mut out, &ChatUsageView::from(execution.answer.usage));
            out.extend_from_slice(br#","plinth":"#);
            json(&mut out, &PlinthView { execution_id: self.frame.execution.uuid() });
            out.extend_from_slice(b"}\n\n");
        }
        out.extend_from_slice(b"data: [DONE]\n\n");
        out.into()
    }

    fn cut(&self, error: &ApiError) -> Bytes {
        let mut out = b"data: ".to_vec();
        out.extend_from_slice(&errors::text(error));
        out.extend_from_slice(b"\n\n");
        out.into()
    }
}

fn json(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    // Writing into memory does not fail, and these values are always JSON.
    let _ = serde_json::to_writer(out, value);
}

#[cfg(test)]
mod tests {
    use plinth_domain::{ExecutionId, Id};
    use serde_json::Value;
    use uuid::Uuid;

    use super::*;

    fn chunks(bytes: &Bytes) -> Vec<Value> {
        let text = std::str::from_utf8(bytes).unwrap();
        text.split_terminator("\n\n")
            .map(|event| serde_json::from_str(event.strip_prefix("data: ").unwrap()).unwrap())
            .collect()
    }

    #[test]
    fn each_event_is_one_chunk_with_the_same_head() {
        let execution: ExecutionId = Id::from_uuid(Uuid::from_u128(7));
        let frame = Frame { execution, model: "a\"b".to_owned(), created: 12 };
        let mut writer = Chunks::new(frame, true);
        let events = [ChatEvent::Text("wör\n\"t".to_owned())];
        let first = chunks(&writer.start(&events));
        assert_eq!(first.len(), 2);
        assert_eq!(first[0]["choices"][0]["delta"]["role"], "assistant");
        assert_eq!(first[1]["choices"][0]["delta"]["content"], "wör\n\"t");
        assert_eq!(first[1]["model"], "a\"b");
        assert_eq!(first[1]["usage"], Value::Null);
        let call = ChatEvent::ToolCall {
            index: 1,
            id: Some("c".to_owned()),
            name: Some("find".to_owned()),
            arguments: String::new(),
        };
        let more = chunks(&writer.more(&[call]));
        let call = &more[0]["choices"][0]["delta"]["tool_calls"][0];
        assert_eq!(call["type"], "function");
        assert_eq!(call["function"]["name"], "find");
        assert_eq!(call["index"], 1);
    }
}

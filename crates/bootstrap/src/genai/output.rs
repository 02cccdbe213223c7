//! What was answered, in the form of the conventions.

use plinth_domain::FinishReason;
use plinth_ports::ChatEvent;
use serde_json::{Value, json};

use super::content::{Content, MOST};

/// The most calls of tools in a span.
const CALLS: usize = 128;

/// What came until now, at most twice as much as a span has, so that a secret at its end is found.
#[derive(Default)]
pub(super) struct Output {
    text: String,
    calls: Vec<Call>,
    bytes: usize,
}

#[derive(Default)]
struct Call {
    id: String,
    name: String,
    arguments: String,
}

impl Output {
    pub(super) fn take(&mut self, event: &ChatEvent) {
        match event {
            ChatEvent::Text(text) | ChatEvent::Refusal(text) => {
                append(&mut self.bytes, &mut self.text, text);
            }
            ChatEvent::ToolCall { index, id, name, arguments } => {
                let index = usize::try_from(*index).unwrap_or(usize::MAX);
                if index >= CALLS {
                    return;
                }
                if self.calls.len() <= index {
                    self.calls.resize_with(index + 1, Call::default);
                }
                let (call, bytes) = (&mut self.calls[index], &mut self.bytes);
                append(bytes, &mut call.id, id.as_deref().unwrap_or_default());
                append(bytes, &mut call.name, name.as_deref().unwrap_or_default());
                append(bytes, &mut call.arguments, arguments);
            }
            ChatEvent::Named(_) | ChatEvent::Finish(_) | ChatEvent::Usage(_) => {}
        }
    }

    pub(super) fn messages(self, finish: Option<FinishReason>, mut content: Content<'_>) -> String {
        let mut parts = Vec::new();
        if !self.text.is_empty() {
            parts.push(json!({"type": "text", "content": content.text(&self.text)}));
        }
        for call in self.calls {
            if !content.frame() {
                break;
            }
            let (id, name) = (content.text(&call.id), content.text(&call.name));
            let arguments = content.text(&call.arguments);
            parts
                .push(json!({"type": "tool_call", "id": id, "name": name, "arguments": arguments}));
        }
        let finish = finish.map_or("error", FinishReason::name);
        let message = json!({"role": "assistant", "parts": parts, "finish_reason": finish});
        Value::Array(vec![message]).to_string()
    }
}

fn append(bytes: &mut usize, to: &mut String, text: &str) {
    let room = (2 * MOST).saturating_sub(*bytes);
    let text = &text[..text.floor_char_boundary(room)];
    *bytes += text.len();
    to.push_str(text);
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn told(events: &[ChatEvent], secret: Option<&SecretString>) -> Value {
        let mut output = Output::default();
        for event in events {
            output.take(event);
        }
        let messages = output.messages(Some(FinishReason::Stop), Content::without(secret));
        assert!(messages.len() < MOST + 1024, "{}", messages.len());
        serde_json::from_str(&messages).unwrap()
    }

    #[test]
    fn an_answer_is_told_with_its_calls_of_tools() {
        let call = |id: Option<&str>, arguments: &str| ChatEvent::ToolCall {
            index: 0,
            id: id.map(str::to_owned),
            name: id.map(|_| "look".to_owned()),
            arguments: arguments.to_owned(),
        };
        let text = |text: &str| ChatEvent::Text(text.to_owned());
        let events = [text("Let me "), text("see."), call(Some("c1"), "{"), call(None, "}")];
        let expected = json!([{"role": "assistant", "finish_reason": "stop", "parts": [
            {"type": "text", "content": "Let me see."},
            {"type": "tool_call", "id": "c1", "name": "look", "arguments": "{}"},
        ]}]);
        assert_eq!(told(&events, None), expected);
    }

    #[test]
    fn a_secret_that_comes_in_pieces_at_the_end_of_the_room_is_not_told() {
        let secret = SecretString::from("sk-canary");
        let long = ChatEvent::Text("a".repeat(MOST - 4));
        let pieces = ["sk-", "can", "ary"].map(|piece| ChatEvent::Text(piece.to_owned()));
        let events: Vec<_> = std::iter::once(long).chain(pieces).collect();
        let text = told(&events, Some(&secret)).to_string();
        assert!(!text.contains("sk-"), "{}", &text[text.len() - 100..]);
    }
}

use plinth_ports::ChatEvent;
use serde::Serialize;

use super::held_texts::TooMuch;

/// The most calls of tools in one answer.
const MOST: usize = 128;

/// The most bytes of all calls: names and arguments as they come.
const MOST_BYTES: usize = 512 * 1024;

/// The calls of tools in an answer, put together from their pieces.
#[derive(Debug, Default)]
pub(super) struct ToolCalls {
    calls: Vec<ToolCall>,
    bytes: usize,
}

/// In the form of OpenAI's messages. The arguments of a call that was cut are no whole JSON.
#[derive(Debug, Serialize)]
struct ToolCall {
    #[serde(skip)]
    index: u32,
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    function: Function,
}

/// How much of a call was passed on.
#[derive(Debug, Default)]
pub(super) struct PassedCall {
    has_id: bool,
    has_name: bool,
    arguments: usize,
}

#[derive(Debug, Default, Serialize)]
struct Function {
    name: String,
    arguments: String,
}

impl ToolCalls {
    /// Adds a piece to the call with this index.
    pub(super) fn add(
        &mut self,
        index: u32,
        id: Option<String>,
        name: Option<String>,
        arguments: &str,
    ) -> Result<(), TooMuch> {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let bytes = self.bytes + length(&id) + length(&name) + arguments.len();
        if bytes > MOST_BYTES {
            return Err(TooMuch::ToolCalls);
        }
        let at = match self.calls.iter().position(|call| call.index == index) {
            Some(at) => at,
            None if self.calls.len() < MOST => {
                let function = Function::default();
                self.calls.push(ToolCall { index, id: String::new(), kind: "function", function });
                self.calls.len() - 1
            }
            None => return Err(TooMuch::ToolCalls),
        };
        self.bytes = bytes;
        let call = &mut self.calls[at];
        if let Some(id) = id.filter(|id| !id.is_empty()) {
            call.id = id;
        }
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            call.function.name = name;
        }
        call.function.arguments.push_str(arguments);
        Ok(())
    }

    /// Adds to `events` what has come since `passed`, which is moved to the end.
    pub(super) fn since(&self, passed: &mut Vec<PassedCall>, events: &mut Vec<ChatEvent>) {
        for (place, call) in self.calls.iter().enumerate() {
            let is_new = passed.len() <= place;
            if is_new {
                passed.push(PassedCall::default());
            }
            let before = &mut passed[place];
            let ToolCall { id, function: Function { name, arguments }, .. } = call;
            let new = |text: &String, has: &mut bool| {
                let is_new = !*has && !text.is_empty();
                *has |= is_new;
                is_new.then(|| text.clone())
            };
            let (id, name) = (new(id, &mut before.has_id), new(name, &mut before.has_name));
            let more = arguments.get(before.arguments..).unwrap_or_default().to_owned();
            if is_new || id.is_some() || name.is_some() || !more.is_empty() {
                before.arguments = arguments.len();
                let index = u32::try_from(place).unwrap_or(u32::MAX);
                events.push(ChatEvent::ToolCall { index, id, name, arguments: more });
            }
        }
    }

    /// The length of all calls.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// The calls as a JSON array; `None` without any.
    pub(super) fn json(&self) -> Option<String> {
        if self.calls.is_empty() {
            return None;
        }
        // Texts are always JSON.
        serde_json::to_string(&self.calls).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_several_calls_are_put_together_by_their_index() {
        let mut calls = ToolCalls::default();
        calls.add(0, Some("call_a".into()), Some("find".into()), "{\"q\":").unwrap();
        calls.add(1, Some("call_b".into()), Some("read".into()), "").unwrap();
        calls.add(0, None, None, "\"x\"}").unwrap();
        calls.add(1, Some(String::new()), None, "{}").unwrap();
        let json: serde_json::Value = serde_json::from_str(&calls.json().unwrap()).unwrap();
        assert_eq!(json[0]["function"]["arguments"], "{\"q\":\"x\"}");
        assert_eq!(json[1]["id"], "call_b");
        assert_eq!(json[1]["function"]["name"], "read");
        assert_eq!(calls.bytes(), 31);
    }

    #[test]
    fn each_part_of_a_call_is_passed_on_once() {
        let (mut calls, mut passed) = (ToolCalls::default(), Vec::new());
        let mut more = |calls: &ToolCalls| {
            let mut events = Vec::new();
            calls.since(&mut passed, &mut events);
            events
        };
        let piece = |index, id: Option<&str>, name: Option<&str>, arguments: &str| {
            let (id, name) = (id.map(str::to_owned), name.map(str::to_owned));
            ChatEvent::ToolCall { index, id, name, arguments: arguments.to_owned() }
        };
        calls.add(0, Some("a".into()), Some("find".into()), "").unwrap();
        assert_eq!(more(&calls), [piece(0, Some("a"), Some("find"), "")]);
        assert_eq!(more(&calls), []);
        calls.add(0, None, None, "{\"q\":").unwrap();
        calls.add(0, None, None, "1}").unwrap();
        calls.add(7, Some("b".into()), None, "{}").unwrap();
        let both = [piece(0, None, None, "{\"q\":1}"), piece(1, Some("b"), None, "{}")];
        assert_eq!(more(&calls), both);
        calls.add(7, None, Some("read".into()), "").unwrap();
        assert_eq!(more(&calls), [piece(1, None, Some("read"), "")]);
    }

    #[test]
    fn no_answer_holds_calls_without_end() {
        let mut calls = ToolCalls::default();
        let all: Vec<_> = (0..1000).map(|index| calls.add(index, None, None, "x")).collect();
        assert_eq!(all.iter().filter(|added| added.is_ok()).count(), MOST);
        let long = "x".repeat(MOST_BYTES);
        assert_eq!(calls.add(0, None, None, &long), Err(TooMuch::ToolCalls));
        assert_eq!(calls.bytes(), MOST);
    }
}

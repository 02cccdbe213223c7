use serde::Serialize;

/// The most calls of tools in one answer.
const MOST: usize = 128;

/// The calls of tools in an answer, put together from their pieces.
#[derive(Debug, Default)]
pub(super) struct ToolCalls(Vec<ToolCall>);

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

#[derive(Debug, Default, Serialize)]
struct Function {
    name: String,
    arguments: String,
}

impl ToolCalls {
    /// Adds a piece to the call with this index; beyond the most calls, it is left out.
    pub(super) fn add(
        &mut self,
        index: u32,
        id: Option<String>,
        name: Option<String>,
        arguments: &str,
    ) {
        let at = match self.0.iter().position(|call| call.index == index) {
            Some(at) => at,
            None if self.0.len() < MOST => {
                let function = Function::default();
                self.0.push(ToolCall { index, id: String::new(), kind: "function", function });
                self.0.len() - 1
            }
            None => return,
        };
        let call = &mut self.0[at];
        if let Some(id) = id.filter(|id| !id.is_empty()) {
            call.id = id;
        }
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            call.function.name = name;
        }
        call.function.arguments.push_str(arguments);
    }

    /// The length of all arguments.
    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(|call| call.function.arguments.len()).sum()
    }

    /// The calls as a JSON array; `None` without any.
    pub(super) fn json(&self) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        // Texts are always JSON.
        serde_json::to_string(&self.0).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_several_calls_are_put_together_by_their_index() {
        let mut calls = ToolCalls::default();
        calls.add(0, Some("call_a".into()), Some("find".into()), "{\"q\":");
        calls.add(1, Some("call_b".into()), Some("read".into()), "");
        calls.add(0, None, None, "\"x\"}");
        calls.add(1, Some(String::new()), None, "{}");
        let json: serde_json::Value = serde_json::from_str(&calls.json().unwrap()).unwrap();
        assert_eq!(json[0]["function"]["arguments"], "{\"q\":\"x\"}");
        assert_eq!(json[1]["id"], "call_b");
        assert_eq!(json[1]["function"]["name"], "read");
        assert_eq!(calls.bytes(), 11);
    }

    #[test]
    fn no_answer_holds_calls_without_end() {
        let mut calls = ToolCalls::default();
        for index in 0..1000 {
            calls.add(index, None, None, "x");
        }
        assert_eq!(calls.bytes(), MOST);
    }
}

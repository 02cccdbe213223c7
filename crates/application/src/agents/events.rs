//! What a runner says, as it is stored.

use plinth_domain::{AgentQuestion, AgentRunEnding, Code, Failure, JsonObject, Text};
use plinth_ports::{
    AGENT_EVENT_BYTES, AgentCitation, AgentStopped, AgentUpdate, AgentUsage, NewAgentEvent,
};
use serde_json::{Value, json};

/// How long a piece of text becomes before another one begins, in bytes.
const TEXT_BYTES: usize = 4096;

/// How a part ends.
#[derive(Debug, Clone)]
pub(super) enum PartEnding {
    /// With a question to a person.
    Asked(AgentQuestion),
    /// With the end of the run.
    Ended(AgentRunEnding),
    /// Before its time: another part goes on.
    Requeued,
}

/// What happened and is not stored yet.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) events: Vec<NewAgentEvent>,
    pub(super) checkpoint: Option<String>,
    /// The text that a node's model says, until it is an event.
    text: Option<(String, String)>,
    pub(super) bytes: usize,
}

impl Pending {
    /// Takes an update. Returns how the part ends, if this is its end.
    pub(super) fn take(&mut self, update: AgentUpdate) -> Option<PartEnding> {
        match update {
            AgentUpdate::Token { node, text } => self.say(node, &text),
            AgentUpdate::Step { node, number } => {
                self.add("step", [("node", text(&node)), ("number", number.to_string())]);
            }
            AgentUpdate::ToolCall { call, node, name, arguments_json } => {
                let names = [("call", text(&call)), ("node", text(&node)), ("name", text(&name))];
                let [call, node, name] = names;
                self.add("tool_call", [call, node, name, ("arguments", arguments_json)]);
            }
            AgentUpdate::ToolResult { call, result_json, failed } => {
                let result = result_json.unwrap_or_else(|| "null".to_owned());
                let (call, failed) = (("call", text(&call)), ("failed", failed.to_string()));
                self.add("tool_result", [call, failed, ("result", result)]);
            }
            AgentUpdate::Usage(usage) => self.add("usage", used(&usage)),
            AgentUpdate::Checkpoint { id, state_json } => {
                self.bytes += state_json.len();
                self.checkpoint = Some(state_json);
                self.add("checkpoint", [("id", text(&id))]);
            }
            AgentUpdate::Stopped(stopped) => {
                self.close_text();
                return Some(ending(stopped));
            }
        }
        None
    }

    /// What is pending, to be stored.
    pub(super) fn drain(&mut self) -> Self {
        self.close_text();
        std::mem::take(self)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.events.is_empty() && self.text.is_none() && self.checkpoint.is_none()
    }

    fn say(&mut self, node: String, more: &str) {
        self.bytes += more.len();
        match &mut self.text {
            Some((of, text)) if *of == node && text.len() < TEXT_BYTES => text.push_str(more),
            _ => {
                self.close_text();
                self.text = Some((node, more.to_owned()));
            }
        }
    }

    fn close_text(&mut self) {
        if let Some((node, text)) = self.text.take() {
            let fields = [("node", self::text(&node)), ("text", self::text(&text))];
            self.add_stored("text", object(fields));
        }
    }

    fn add<const N: usize>(&mut self, kind: &'static str, fields: [(&str, String); N]) {
        self.close_text();
        self.add_stored(kind, object(fields));
    }

    fn add_stored(&mut self, kind: &'static str, mut data: String) {
        if data.len() > AGENT_EVENT_BYTES {
            data = object([("is_too_long", "true".to_owned())]);
        }
        self.bytes += data.len();
        self.events.push(NewAgentEvent { kind, data });
    }
}

/// A JSON object of fields whose values are JSON. Their texts may be deeper than a parser goes, so they
/// are not parsed.
pub(super) fn object<const N: usize>(fields: [(&str, String); N]) -> String {
    let fields = fields.map(|(name, json)| format!("\"{name}\":{json}"));
    format!("{{{}}}", fields.join(","))
}

/// A text as JSON.
pub(super) fn text(text: &str) -> String {
    Value::from(text).to_string()
}

fn used(usage: &AgentUsage) -> [(&'static str, String); 5] {
    [
        ("model", text(&usage.model)),
        ("tokens_input", usage.input.to_string()),
        ("tokens_output", usage.output.to_string()),
        ("tokens_cached", usage.cached.to_string()),
        ("execution_id", usage.execution.as_deref().map_or_else(|| "null".to_owned(), text)),
    ]
}

fn ending(stopped: AgentStopped) -> PartEnding {
    match stopped {
        AgentStopped::Asked { question, question_json } => match Text::parse(&question) {
            Ok(id) => PartEnding::Asked(AgentQuestion {
                id,
                body: JsonObject::from_parsed(question_json),
            }),
            Err(_) => failed("internal", "the question has no identity"),
        },
        AgentStopped::Finished { output_json, citations, .. } => {
            let citations: Vec<Value> = citations.iter().map(cited).collect();
            let output = JsonObject::from_parsed(output_json);
            let citations = Value::Array(citations).to_string();
            PartEnding::Ended(AgentRunEnding::Succeeded(output, citations))
        }
        AgentStopped::Failed { code, message, .. } => failed(&code, &message),
    }
}

/// A failure with a code of the runner.
fn failed(code: &str, message: &str) -> PartEnding {
    let failure = Failure { code: format!("agent.{code}"), detail: message.to_owned() };
    PartEnding::Ended(AgentRunEnding::Failed(failure))
}

/// The end of a run that a fault of the runner ends.
pub(super) fn ended_by(code: Code, detail: &str) -> PartEnding {
    PartEnding::Ended(AgentRunEnding::Failed(Failure::new(code, detail)))
}

fn cited(citation: &AgentCitation) -> Value {
    json!({
        "number": citation.number,
        "document_id": citation.document,
        "document_name": citation.document_name,
        "passage": citation.passage,
        "quote": citation.quote,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(node: &str, text: &str) -> AgentUpdate {
        AgentUpdate::Token { node: node.to_owned(), text: text.to_owned() }
    }

    fn kinds(pending: &Pending) -> Vec<(&str, &str)> {
        pending.events.iter().map(|event| (event.kind, event.data.as_str())).collect()
    }

    #[test]
    fn tokens_of_a_node_are_one_event_until_something_else_happens() {
        let mut pending = Pending::default();
        for update in [
            token("answer", "Hel"),
            token("answer", "lo"),
            AgentUpdate::Step { node: "answer".to_owned(), number: 1 },
            token("answer", "a"),
            token("cite", "b"),
        ] {
            assert!(pending.take(update).is_none());
        }
        let stored = pending.drain();
        let expected = [
            ("text", r#"{"node":"answer","text":"Hello"}"#),
            ("step", r#"{"node":"answer","number":1}"#),
            ("text", r#"{"node":"answer","text":"a"}"#),
            ("text", r#"{"node":"cite","text":"b"}"#),
        ];
        assert_eq!(kinds(&stored), expected);
        assert!(pending.is_empty());
    }

    #[test]
    fn an_event_that_is_too_long_says_so() {
        let mut pending = Pending::default();
        let result = Some(format!("\"{}\"", "x".repeat(AGENT_EVENT_BYTES)));
        let long =
            AgentUpdate::ToolResult { call: "c".to_owned(), result_json: result, failed: false };
        pending.take(long);
        assert_eq!(kinds(&pending.drain()), [("tool_result", r#"{"is_too_long":true}"#)]);
    }

    #[test]
    fn a_failure_of_an_agent_has_its_code() {
        let stopped = AgentStopped::Failed {
            code: "max_steps".to_owned(),
            message: "too many".to_owned(),
            retryable: true,
        };
        let ending = Pending::default().take(AgentUpdate::Stopped(stopped));
        let Some(PartEnding::Ended(AgentRunEnding::Failed(failure))) = ending else {
            panic!("{ending:?}")
        };
        assert_eq!(
            (failure.code.as_str(), failure.detail.as_str()),
            ("agent.max_steps", "too many")
        );
    }
}

//! What the sidecar says, checked.

use plinth_ports::{AgentCitation, AgentStopped, AgentUpdate, AgentUsage};
use secrecy::{ExposeSecret, SecretString};
use serde::de::IgnoredAny;

use crate::proto::{Citation, Error, Final, RunEvent, ToolResult, Usage, run_event::Event};

const MESSAGE_CHARACTERS: usize = 500;
const CODE_BYTES: usize = 50;

/// The update in an event. `None` for one that breaks the protocol.
pub(crate) fn read(event: RunEvent, key: &SecretString) -> Option<AgentUpdate> {
    Some(match event.event? {
        Event::Step(step) => AgentUpdate::Step { node: text(step.node), number: step.number },
        Event::Token(token) => {
            AgentUpdate::Token { node: text(token.node), text: text(token.text) }
        }
        Event::ToolCall(call) => AgentUpdate::ToolCall {
            call: text(call.call_id),
            node: text(call.node),
            name: text(call.name),
            arguments_json: json(call.arguments_json)?,
        },
        Event::ToolResult(result) => tool_result(result)?,
        Event::Usage(used) => AgentUpdate::Usage(usage(used)),
        Event::Checkpoint(checkpoint) => AgentUpdate::Checkpoint {
            id: text(checkpoint.id),
            state_json: json(checkpoint.state_json)?,
        },
        Event::Interrupt(asked) => AgentUpdate::Stopped(AgentStopped::Asked {
            question: text(asked.id),
            question_json: json(asked.question_json)?,
        }),
        Event::Final(done) => AgentUpdate::Stopped(finished(done)?),
        Event::Error(error) => AgentUpdate::Stopped(failed(&error, key)?),
    })
}

fn tool_result(result: ToolResult) -> Option<AgentUpdate> {
    let result_json = if result.truncated { None } else { Some(json(result.result_json)?) };
    Some(AgentUpdate::ToolResult { call: text(result.call_id), result_json, failed: result.failed })
}

fn usage(used: Usage) -> AgentUsage {
    AgentUsage {
        model: text(used.model),
        input: used.input_tokens,
        output: used.output_tokens,
        cached: used.cached_tokens.min(used.input_tokens),
        execution: Some(text(used.execution_id)).filter(|id| !id.is_empty()),
    }
}

fn finished(done: Final) -> Option<AgentStopped> {
    Some(AgentStopped::Finished {
        output_json: json(done.output_json)?,
        steps: done.steps,
        citations: done.citations.into_iter().map(citation).collect(),
    })
}

fn citation(citation: Citation) -> AgentCitation {
    AgentCitation {
        number: citation.number,
        document: text(citation.document_id),
        document_name: text(citation.document_name),
        passage: citation.passage,
        quote: text(citation.quote),
    }
}

fn failed(error: &Error, key: &SecretString) -> Option<AgentStopped> {
    let is_code = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    if !(1..=CODE_BYTES).contains(&error.code.len()) || !error.code.bytes().all(is_code) {
        return None;
    }
    let message = error.message.replace(key.expose_secret(), "***");
    let message = message.chars().filter(|character| !character.is_control());
    Some(AgentStopped::Failed {
        code: error.code.clone(),
        message: message.take(MESSAGE_CHARACTERS).collect(),
        retryable: error.retryable,
    })
}

/// The text without the character that PostgreSQL does not store.
fn text(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

fn json(bytes: Vec<u8>) -> Option<String> {
    serde_json::from_slice::<IgnoredAny>(&bytes).ok()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(event: Event) -> Option<AgentUpdate> {
        read(RunEvent { seq: 1, event: Some(event) }, &SecretString::from("plk_canary"))
    }

    #[test]
    fn the_key_is_in_no_message() {
        let message = format!("the key plk_canary is wrong\0{}", "x".repeat(600));
        let error = Error { code: "tool_failed".to_owned(), message, retryable: true };
        let Some(AgentUpdate::Stopped(AgentStopped::Failed { message, .. })) =
            reads(Event::Error(error))
        else {
            panic!("no failure");
        };
        assert!(message.starts_with("the key *** is wrongx"), "{message}");
        assert_eq!(message.chars().count(), MESSAGE_CHARACTERS);
    }

    #[test]
    fn what_is_no_json_or_no_code_breaks_the_protocol() {
        let done = |output: &[u8]| {
            reads(Event::Final(Final { output_json: output.to_vec(), ..Final::default() }))
        };
        assert!(done(b"{}").is_some());
        for wrong in [&b""[..], b"{", b"{} x", b"\"\xff\""] {
            assert_eq!(done(wrong), None);
        }
        for code in ["", "Max", "max steps", &"x".repeat(51)] {
            let error = Error { code: code.to_owned(), ..Error::default() };
            assert_eq!(reads(Event::Error(error)), None, "{code}");
        }
        assert_eq!(read(RunEvent { seq: 1, event: None }, &SecretString::from("k")), None);
    }
}

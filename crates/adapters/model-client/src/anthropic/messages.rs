use serde::Deserialize;
use serde_json::{Value, json};

use super::content::{Content, blocks, text};
use crate::failure::Failure;

/// A message in the form of OpenAI.
#[derive(Debug, Deserialize)]
struct Message {
    role: String,
    content: Option<Content>,
    tool_calls: Option<Vec<ToolCall>>,
    tool_call_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ToolCall {
    id: String,
    function: Function,
}

#[derive(Debug, Deserialize)]
struct Function {
    name: String,
    #[serde(default)]
    arguments: String,
}

/// The instructions of the system, and the other messages as this API has them: those of one role
/// that follow each other are one, and the results of tools are the user's.
pub(super) fn translated(messages: &str) -> Result<(String, Vec<Value>), Failure> {
    let messages: Vec<Message> = serde_json::from_str(messages)
        .map_err(|error| Failure::rejected(format!("the messages: {error}")))?;
    let mut system = Vec::new();
    let mut turns: Vec<(&str, Vec<Value>)> = Vec::new();
    for message in messages {
        let (role, blocks) = match message.role.as_str() {
            "system" | "developer" => {
                system.push(text(message.content)?);
                continue;
            }
            "user" => ("user", blocks(message.content)?),
            "tool" => ("user", vec![tool_result(message)?]),
            "assistant" => ("assistant", assistant(message)?),
            role => {
                let detail = format!("Anthropic has no messages of the role {role}");
                return Err(Failure::rejected(detail));
            }
        };
        match turns.last_mut() {
            Some((last, all)) if *last == role => all.extend(blocks),
            _ => turns.push((role, blocks)),
        }
    }
    let turns = turns.into_iter().filter(|(_, blocks)| !blocks.is_empty());
    let turns = turns.map(|(role, content)| json!({"role": role, "content": content}));
    Ok((system.join("\n\n"), turns.collect()))
}

fn assistant(message: Message) -> Result<Vec<Value>, Failure> {
    let mut all = blocks(message.content)?;
    for call in message.tool_calls.unwrap_or_default() {
        let arguments = match call.function.arguments.trim() {
            "" => json!({}),
            text => serde_json::from_str(text).map_err(|error| {
                Failure::rejected(format!("the arguments of a call of a tool: {error}"))
            })?,
        };
        all.push(json!({
            "type": "tool_use", "id": call.id, "name": call.function.name, "input": arguments,
        }));
    }
    Ok(all)
}

fn tool_result(message: Message) -> Result<Value, Failure> {
    let id = message.tool_call_id;
    let id = id.ok_or_else(|| Failure::rejected("a result of a tool has no tool_call_id"))?;
    Ok(json!({"type": "tool_result", "tool_use_id": id, "content": blocks(message.content)?}))
}

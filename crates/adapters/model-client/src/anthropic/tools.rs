use serde_json::{Value, json};

use crate::{failure::Failure, limits::MAX_TOOL_CALLS};

/// The number of a call within its answer.
pub(super) fn number(position: usize) -> Result<u32, Failure> {
    let number = u32::try_from(position).ok().filter(|number| *number < MAX_TOOL_CALLS);
    number.ok_or_else(|| {
        Failure::invalid(format!("the answer calls more than {MAX_TOOL_CALLS} tools"))
    })
}

/// Tools as this API describes them.
pub(super) fn translated(tools: &Value) -> Result<Value, Failure> {
    let tools = tools.as_array().ok_or_else(|| Failure::rejected("tools is no array"))?;
    tools.iter().map(tool).collect()
}

fn tool(tool: &Value) -> Result<Value, Failure> {
    let function = tool.get("function").filter(|function| function.is_object());
    let function = function.ok_or_else(|| Failure::rejected("a tool is no function"))?;
    let schema = function.get("parameters").cloned();
    let mut translated = json!({
        "name": function.get("name"),
        "input_schema": schema.unwrap_or_else(|| json!({"type": "object", "properties": {}})),
    });
    for name in ["description", "strict"] {
        if let Some(value) = function.get(name).filter(|value| !value.is_null()) {
            translated[name] = value.clone();
        }
    }
    Ok(translated)
}

/// Which tools the model may or must call; `None` leaves it to the model.
pub(super) fn choice(choice: Option<&Value>, parallel: bool) -> Result<Option<Value>, Failure> {
    let unknown = || Failure::rejected("tool_choice is none that Anthropic has");
    let mut translated = match choice {
        None if parallel => return Ok(None),
        None => json!({"type": "auto"}),
        Some(Value::String(name)) => match name.as_str() {
            "auto" => json!({"type": "auto"}),
            "required" => json!({"type": "any"}),
            "none" => return Ok(Some(json!({"type": "none"}))),
            _ => return Err(unknown()),
        },
        Some(named) => {
            let name = named.pointer("/function/name").ok_or_else(unknown)?;
            json!({"type": "tool", "name": name})
        }
    };
    if !parallel {
        translated["disable_parallel_tool_use"] = json!(true);
    }
    Ok(Some(translated))
}

/// The schema that the answer must have. There is no form for JSON without a schema: the messages
/// must ask for it, as they must for OpenAI.
pub(super) fn output_format(format: &Value) -> Option<Value> {
    let schema = format.pointer("/json_schema/schema")?;
    Some(json!({"type": "json_schema", "schema": schema}))
}

//! Parameters of Anthropic's API in the names of OpenAI's.

use std::fmt::Write;

use plinth_domain::{Invalid, JsonObject, codes};
use serde::Serialize;
use serde_json::{json, value::RawValue};

use super::requested::{Metadata, OutputConfig, Tool, ToolChoice};
use crate::gateway::{PARAMETER_UNSUPPORTED, fields::Fields};

/// What this API has other names for.
const FOREIGN: [&str; 6] =
    ["n", "parallel_tool_calls", "response_format", "stop", "user", "max_completion_tokens"];

/// What would be lost on the way to the provider or back.
const LOST: [&str; 3] = ["container", "context_management", "mcp_servers"];

#[derive(Serialize)]
struct Function<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict: Option<bool>,
}

#[derive(Serialize)]
struct FunctionTool<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    function: Function<'a>,
}

#[derive(Serialize)]
struct Schema<'a> {
    name: &'static str,
    schema: &'a RawValue,
}

#[derive(Serialize)]
struct ResponseFormat<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    json_schema: Schema<'a>,
}

/// All parameters that are left. Notes their faults.
pub(super) fn parameters(f: &mut Fields<'_>) -> JsonObject {
    for name in FOREIGN {
        f.refuse(name, &[], "Anthropic's API has another name for it");
    }
    for name in LOST {
        f.refuse(name, &[], "it is not passed on");
    }
    let mut added = Added::default();
    if let Some(raw) = f.raw("tools") {
        tools(f, raw, &mut added);
    }
    if let Some(choice) = f.take::<ToolChoice>("tool_choice", "an object with a type") {
        tool_choice(f, choice, &mut added);
    }
    if let Some(stop) = f.raw("stop_sequences") {
        added.put("stop", &stop_sequences(stop));
    }
    if let Some(metadata) = f.take::<Metadata>("metadata", "an object")
        && let Some(user) = metadata.user_id
    {
        added.put("user", &user);
    }
    if let Some(raw) = f.raw("output_config") {
        output_format(f, raw, &mut added);
    }
    added.before(&f.parameters())
}

/// Parameters that are translated.
#[derive(Default)]
struct Added(String);

impl Added {
    fn put(&mut self, name: &str, value: &impl Serialize) {
        let text = serde_json::to_string(value).unwrap_or_default();
        // A string takes every text.
        let _ = write!(self.0, r#""{name}":{text},"#);
    }

    /// These, and the others as they are written.
    fn before(mut self, others: &JsonObject) -> JsonObject {
        let others = others.as_str().trim_start_matches('{');
        if others == "}" {
            self.0.pop();
        }
        JsonObject::from_parsed(format!("{{{}{others}", self.0))
    }
}

fn tools(f: &mut Fields<'_>, raw: &str, added: &mut Added) {
    let Ok(tools) = serde_json::from_str::<Vec<Tool<'_>>>(raw) else {
        let kind = Invalid::new(crate::json::codes::FIELD_TYPE, "must be a list of tools");
        let _: Option<()> = f.fault("tools", kind);
        return;
    };
    let mut all = Vec::new();
    for (number, tool) in tools.into_iter().enumerate() {
        if tool.kind.as_deref().is_some_and(|kind| kind != "custom") {
            let detail = "only tools of the caller are passed on";
            let unsupported = Invalid::new(PARAMETER_UNSUPPORTED, detail);
            let _: Option<()> = f.fault(&format!("tools/{number}/type"), unsupported);
            continue;
        }
        let Some(name) = tool.name else {
            let missing = Invalid::new(codes::FIELD_REQUIRED, "must be given");
            let _: Option<()> = f.fault(&format!("tools/{number}/name"), missing);
            continue;
        };
        let Tool { description, input_schema: parameters, strict, .. } = tool;
        let function = Function { name, description, parameters, strict };
        all.push(FunctionTool { kind: "function", function });
    }
    added.put("tools", &all);
}

fn tool_choice(f: &mut Fields<'_>, choice: ToolChoice, added: &mut Added) {
    let translated = match (choice.kind.as_str(), choice.name) {
        ("auto", _) => json!("auto"),
        ("any", _) => json!("required"),
        ("none", _) => json!("none"),
        ("tool", Some(name)) => json!({"type": "function", "function": {"name": name}}),
        _ => {
            let detail = "must be auto, any, none, or tool with a name";
            let unknown = Invalid::new(codes::VALUE_UNKNOWN, detail);
            let _: Option<()> = f.fault("tool_choice/type", unknown);
            return;
        }
    };
    added.put("tool_choice", &translated);
    if choice.disable_parallel_tool_use == Some(true) {
        added.put("parallel_tool_calls", &false);
    }
}

/// As they are written; the provider checks them.
fn stop_sequences(raw: &str) -> Option<Box<RawValue>> {
    RawValue::from_string(raw.to_owned()).ok()
}

fn output_format(f: &mut Fields<'_>, raw: &str, added: &mut Added) {
    let format = serde_json::from_str::<OutputConfig<'_>>(raw).map(|config| config.format);
    match format {
        Ok(None) => {}
        Ok(Some(format)) if format.kind == "json_schema" && format.schema.is_some() => {
            if let Some(schema) = format.schema {
                let json_schema = Schema { name: "output", schema };
                let format = ResponseFormat { kind: "json_schema", json_schema };
                added.put("response_format", &format);
            }
        }
        Ok(Some(_)) | Err(_) => {
            let detail = "must be an object; its format has the type json_schema and a schema";
            let unsupported = Invalid::new(PARAMETER_UNSUPPORTED, detail);
            let _: Option<()> = f.fault("output_config", unsupported);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn parameters_have_openais_names_and_the_others_stay() {
        let body = r#"{"max_tokens":7,"top_k":3,"stop_sequences":["a"],
            "metadata":{"user_id":"u1"},
            "tools":[{"name":"look","description":"d","input_schema":{"z":1,"a":2},
                "cache_control":{"type":"ephemeral"}}],
            "tool_choice":{"type":"tool","name":"look","disable_parallel_tool_use":true},
            "output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}}"#;
        let mut f = Fields::of(body.as_bytes()).unwrap_or_else(|error| panic!("{error:?}"));
        let translated = parameters(&mut f);
        assert!(translated.as_str().contains(r#""parameters":{"z":1,"a":2}"#), "{translated:?}");
        let translated: Value = serde_json::from_str(translated.as_str()).unwrap();
        let schema = json!({"name": "output", "schema": {"type": "object"}});
        let function = json!({"name": "look", "description": "d", "parameters": {"z": 1, "a": 2}});
        let expected = json!({
            "max_tokens": 7, "top_k": 3, "stop": ["a"], "user": "u1",
            "tools": [{"type": "function", "function": function}],
            "tool_choice": {"type": "function", "function": {"name": "look"}},
            "parallel_tool_calls": false,
            "response_format": {"type": "json_schema", "json_schema": schema},
        });
        assert_eq!(translated, expected);
    }

    #[test]
    fn parameters_without_a_translation_alone_and_none_are_json() {
        for (body, expected) in [
            ("{}", json!({})),
            (r#"{"top_k":3}"#, json!({"top_k": 3})),
            (r#"{"stop_sequences":[]}"#, json!({"stop": []})),
        ] {
            let mut f = Fields::of(body.as_bytes()).unwrap_or_else(|error| panic!("{error:?}"));
            let translated: Value = serde_json::from_str(parameters(&mut f).as_str()).unwrap();
            assert_eq!(translated, expected);
        }
    }
}

use plinth_ports::{ChatRequest, ModelEndpoint};
use serde_json::{Map, Value, json};

use super::{messages, tools};
use crate::failure::Failure;

/// The most tokens of an answer when the caller does not say: the API needs a number.
const MAX_TOKENS: u64 = 4096;

/// Parameters of this API alone, which are passed on as they are.
const OWN: [&str; 2] = ["thinking", "top_k"];

/// The body of a request, translated. Parameters that this API does not have are left out.
pub(crate) fn body(endpoint: &ModelEndpoint, request: &ChatRequest) -> Result<Vec<u8>, Failure> {
    let parsed = serde_json::from_str::<Map<String, Value>>(request.parameters.as_str());
    let parameters =
        parsed.map_err(|error| Failure::rejected(format!("the parameters: {error}")))?;
    let (system, messages) = messages::translated(&request.messages)?;
    let given = |name: &str| parameters.get(name).filter(|value| !value.is_null());

    let mut body = Map::new();
    let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
    set("model", json!(endpoint.model));
    let max_tokens = given("max_completion_tokens").or_else(|| given("max_tokens"));
    set("max_tokens", max_tokens.cloned().unwrap_or_else(|| json!(MAX_TOKENS)));
    if request.stream {
        set("stream", json!(true));
    }
    if !system.is_empty() {
        set("system", json!(system));
    }
    set("messages", json!(messages));
    if let Some(temperature) = given("temperature").and_then(Value::as_f64) {
        // The other scale ends at 2.
        set("temperature", json!(temperature.min(1.0)));
    }
    for name in ["top_p"].into_iter().chain(OWN) {
        if let Some(value) = given(name) {
            set(name, value.clone());
        }
    }
    match given("stop") {
        Some(Value::String(stop)) => drop(set("stop_sequences", json!([stop]))),
        Some(several) => drop(set("stop_sequences", several.clone())),
        None => {}
    }
    if let Some(user) = given("user") {
        set("metadata", json!({ "user_id": user }));
    }
    if let Some(format) = given("response_format").and_then(tools::output_format) {
        set("output_config", json!({ "format": format }));
    }
    if let Some(tools) = given("tools") {
        set("tools", tools::translated(tools)?);
        let parallel = given("parallel_tool_calls").and_then(Value::as_bool).unwrap_or(true);
        if let Some(choice) = tools::choice(given("tool_choice"), parallel)? {
            set("tool_choice", choice);
        }
    }
    Ok(serde_json::to_vec(&body)?)
}

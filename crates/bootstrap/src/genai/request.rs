use opentelemetry::KeyValue;
use plinth_domain::JsonObject;
use serde_json::{Map, Value};

use super::names;

/// The parameters that spans have: numbers, which say nothing of the content.
pub(super) fn attributes(parameters: &JsonObject) -> Vec<KeyValue> {
    let parameters: Map<String, Value> =
        serde_json::from_str(parameters.as_str()).unwrap_or_default();
    let mut most = ["max_completion_tokens", "max_tokens"].iter();
    let most = most.find_map(|name| parameters.get(*name).and_then(Value::as_i64));
    let number = |name: &str| parameters.get(name).and_then(Value::as_f64);
    let most = most.map(|most| KeyValue::new(names::REQUEST_MAX_TOKENS, most));
    let temperature =
        number("temperature").map(|number| KeyValue::new(names::REQUEST_TEMPERATURE, number));
    let top_p = number("top_p").map(|number| KeyValue::new(names::REQUEST_TOP_P, number));
    [most, temperature, top_p].into_iter().flatten().collect()
}

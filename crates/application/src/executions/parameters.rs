//! The parameters of a call, and those that Plinth itself depends on.

use plinth_domain::{Invalid, JsonObject, Model, ModelKind, PromptVersion, codes};
use serde_json::{Map, Value, json};

use super::estimate::LONGEST;
use crate::Error;

/// The most tokens of an answer that can be asked for.
const MOST: u64 = 10_000_000;

/// What the configuration of an embedding model says of documents and searches. It is no parameter.
const FOR_DOCUMENTS: [&str; 4] =
    ["query_prefix", "passage_prefix", "query_parameters", "passage_parameters"];

/// Both names of the same limit.
const LIMITS: [&str; 2] = ["max_completion_tokens", "max_tokens"];

/// Checks parameters of calls: one answer, and limits that budgets can count.
pub fn check_parameters(parameters: &Map<String, Value>) -> Result<(), Invalid> {
    for name in ["n", "best_of"] {
        if given(parameters, name).is_some_and(|value| value.as_u64() != Some(1)) {
            let detail = format!("{name} is 1: an execution has one answer");
            return Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, detail));
        }
    }
    for name in LIMITS {
        let fits =
            |value: &Value| value.as_u64().is_some_and(|tokens| (1..=MOST).contains(&tokens));
        if given(parameters, name).is_some_and(|value| !fits(value)) {
            let detail = format!("{name} is a whole number, 1 to {MOST}");
            return Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, detail));
        }
    }
    Ok(())
}

/// The most tokens that an answer may have. Servers differ in which name of the limit counts, so the
/// larger one does.
pub(super) fn longest_answer(parameters: &Map<String, Value>) -> u32 {
    let limits = LIMITS.iter().filter_map(|name| given(parameters, name)?.as_u64());
    limits.max().map_or(LONGEST, |tokens| u32::try_from(tokens).unwrap_or(u32::MAX))
}

/// The parameters of a call: those of the model, over them those of the version, over them the
/// caller's.
pub(super) fn merged(
    model: &Model,
    version: Option<&PromptVersion>,
    own: &JsonObject,
) -> Result<Map<String, Value>, Error> {
    let version_parameters = version.map(|version| &version.draft.parameters);
    let layers = [Some(&model.config), version_parameters, Some(own)];
    let mut all = Map::new();
    for layer in layers.into_iter().flatten().filter(|layer| layer.as_str() != "{}") {
        let layer: Map<String, Value> =
            serde_json::from_str(layer.as_str()).map_err(Error::internal)?;
        all.extend(layer);
    }
    if let Some(schema) = version.and_then(|version| version.draft.output_schema.as_ref()) {
        let schema: Value = serde_json::from_str(schema.as_str()).map_err(Error::internal)?;
        all.entry("response_format").or_insert_with(|| {
            json!({"type": "json_schema",
                "json_schema": {"name": "answer", "schema": schema, "strict": true}})
        });
    }
    if model.kind == ModelKind::Embedding {
        all.retain(|name, _| !FOR_DOCUMENTS.contains(&name.as_str()));
    }
    Ok(all)
}

fn given<'a>(parameters: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    parameters.get(name).filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("{value}") };
        map
    }

    #[test]
    fn an_execution_asks_for_one_answer_of_a_whole_number_of_tokens() {
        for good in [
            json!({}),
            json!({"n": 1, "best_of": null, "max_tokens": 1}),
            json!({"max_completion_tokens": 10_000_000}),
        ] {
            assert_eq!(check_parameters(&map(good)), Ok(()));
        }
        for bad in [
            json!({"n": 2}),
            json!({"n": "1"}),
            json!({"best_of": 0}),
            json!({"max_tokens": 1.5}),
            json!({"max_tokens": 0}),
            json!({"max_tokens": "many"}),
            json!({"max_completion_tokens": 10_000_001}),
        ] {
            assert!(check_parameters(&map(bad.clone())).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_larger_of_both_limits_is_what_an_answer_may_cost() {
        assert_eq!(longest_answer(&map(json!({}))), 4096);
        assert_eq!(longest_answer(&map(json!({"max_tokens": 5}))), 5);
        let both = json!({"max_tokens": 5, "max_completion_tokens": 70});
        assert_eq!(longest_answer(&map(both)), 70);
    }
}

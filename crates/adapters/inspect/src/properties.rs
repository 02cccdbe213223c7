use plinth_domain::JsonObject;
use serde_json::{Map, Value};

/// The properties of a file, as the API shows them.
pub(crate) type Properties = Map<String, Value>;

/// Cuts lists and counts until `properties` fit into a [`JsonObject`], and then adds
/// `"truncated": true`.
pub(crate) fn fit(mut properties: Properties) -> JsonObject {
    loop {
        let text = Value::Object(properties.clone()).to_string();
        if text.len() <= JsonObject::MAX_BYTES {
            return JsonObject::from_parsed(text);
        }
        properties.insert("truncated".to_owned(), Value::Bool(true));
        if !halve_the_longest(&mut properties) {
            return JsonObject::default();
        }
    }
}

/// Returns whether there was a list or object to halve.
fn halve_the_longest(properties: &mut Properties) -> bool {
    let length = |value: &Value| match value {
        Value::Array(items) => items.len(),
        Value::Object(counts) => counts.len(),
        _ => 0,
    };
    match properties.values_mut().max_by_key(|value| length(value)) {
        Some(Value::Array(items)) if !items.is_empty() => items.truncate(items.len() / 2),
        Some(Value::Object(counts)) if !counts.is_empty() => keep_the_most_frequent(counts),
        _ => return false,
    }
    true
}

fn keep_the_most_frequent(counts: &mut Properties) {
    let mut ordered: Vec<(String, Value)> = std::mem::take(counts).into_iter().collect();
    ordered.sort_by_key(|(_, count)| std::cmp::Reverse(count.as_u64()));
    ordered.truncate(ordered.len() / 2);
    counts.extend(ordered);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_too_long_loses_its_rarest_counts_and_says_so() {
        let counts: Properties =
            (0..2000).map(|n| (format!("IFCENTITYNUMBER{n}"), json!(n))).collect();
        let properties = Properties::from_iter([
            ("schema".to_owned(), json!("IFC4")),
            ("entity_counts".to_owned(), Value::Object(counts)),
        ]);
        let text = fit(properties).into_string();
        assert!(text.len() <= JsonObject::MAX_BYTES);
        let fitted: Properties = serde_json::from_str(&text).unwrap();
        assert_eq!((&fitted["schema"], &fitted["truncated"]), (&json!("IFC4"), &json!(true)));
        assert_eq!(fitted["entity_counts"]["IFCENTITYNUMBER1999"], 1999);
        assert_eq!(fitted["entity_counts"].get("IFCENTITYNUMBER0"), None);
    }

    #[test]
    fn what_cannot_be_cut_is_left_out() {
        let long = Properties::from_iter([("title".to_owned(), json!("a".repeat(20_000)))]);
        assert_eq!(fit(long), JsonObject::default());
    }
}

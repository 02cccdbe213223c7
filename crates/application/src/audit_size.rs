//! The size of an audit record.

use plinth_domain::JsonObject;
use serde_json::{Map, Value, json};

/// The most bytes of the representations before and after together. The schema allows 60 KiB, in
/// the text that the store gives back; it has a blank behind each comma and colon.
const MAX_BYTES: usize = 58 * 1024;

/// Both representations, made to fit: where they are too large together, the largest fields of
/// `before`, and then of `after`, become `{"omitted_bytes": …}`. What the record was before is also
/// in the entry of the change before.
pub(crate) fn fit(
    before: Option<JsonObject>,
    after: Option<JsonObject>,
) -> (Option<JsonObject>, Option<JsonObject>) {
    let length = |json: &Option<JsonObject>| json.as_ref().map_or(0, |json| stored(json.as_str()));
    let (old, new) = (length(&before), length(&after));
    if old + new <= MAX_BYTES {
        return (before, after);
    }
    let before = before.map(|json| within(json, MAX_BYTES.saturating_sub(new)));
    let after = after.map(|json| within(json, MAX_BYTES - length(&before)));
    (before, after)
}

/// The bytes of the text as the store gives it back: with a blank behind each comma and colon.
fn stored(json: &str) -> usize {
    let (mut blanks, mut in_text, mut is_escaped) = (0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_text,
            b'"' => in_text = !in_text,
            b',' | b':' if !in_text => blanks += 1,
            _ => {}
        }
    }
    json.len() + blanks
}

/// The representation without its largest fields.
fn within(json: JsonObject, limit: usize) -> JsonObject {
    let Ok(mut fields) = serde_json::from_str::<Map<String, Value>>(json.as_str()) else {
        return JsonObject::default();
    };
    let mut sizes: Vec<(usize, String)> =
        fields.iter().map(|(key, value)| (value.to_string().len(), key.clone())).collect();
    sizes.sort_unstable();
    let mut text = json.into_string();
    while stored(&text) > limit {
        let Some((bytes, key)) = sizes.pop() else { break };
        fields.insert(key, json!({ "omitted_bytes": bytes }));
        text = Value::Object(fields.clone()).to_string();
    }
    JsonObject::from_parsed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str, description: usize, metadata: usize) -> JsonObject {
        let (description, metadata) = ("d".repeat(description), "m".repeat(metadata));
        let record = json!({"name": name, "description": description, "metadata": {"m": metadata}});
        JsonObject::from_parsed(record.to_string())
    }

    fn value(json: Option<JsonObject>) -> Value {
        serde_json::from_str(json.unwrap().as_str()).unwrap()
    }

    fn of(description: usize, metadata: usize) -> (Option<JsonObject>, Option<JsonObject>) {
        let state = |name| Some(record(name, description, metadata));
        fit(state("old"), state("new"))
    }

    #[test]
    fn what_fits_is_kept_as_it_is() {
        let (before, after) = (record("old", 10_000, 16_000), record("new", 10_000, 16_000));
        let (before, after) = (Some(before), Some(after));
        assert_eq!(fit(before.clone(), after.clone()), (before, after));
        let large = Some(record("new", 40_000, 16_000));
        assert_eq!(fit(None, large.clone()), (None, large));
    }

    #[test]
    fn what_is_too_large_loses_the_largest_fields_of_the_state_before_first() {
        let (before, after) = of(20_000, 16_000);
        let before = value(before);
        assert_eq!(before["description"], json!({"omitted_bytes": 20_002}));
        assert_eq!(
            (&before["name"], &before["metadata"]["m"]),
            (&json!("old"), &json!("m".repeat(16_000)))
        );
        assert_eq!(after, Some(record("new", 20_000, 16_000)));

        let (before, after) = of(40_000, 40_000);
        let (before, after) = (before.unwrap(), after.unwrap());
        assert!(before.as_str().len() + after.as_str().len() <= MAX_BYTES);
        assert_eq!(value(Some(after))["name"], "new");
    }
}

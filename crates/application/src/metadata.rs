//! The metadata that clients store with a record.

use plinth_domain::{Invalid, JsonObject, codes};
use serde_json::{Map, Value};

use crate::Error;

/// A merge patch (RFC 7396) on a record's metadata, key by key. It is separate from the changes of
/// a record, because only the command has read the stored metadata and can merge.
pub type MetadataPatch = Map<String, Value>;

/// Merges a patch into stored metadata (RFC 7396), and checks the size of the result.
pub(crate) fn merge(stored: &JsonObject, patch: MetadataPatch) -> Result<JsonObject, Error> {
    let mut merged: Value = serde_json::from_str(stored.as_str()).map_err(Error::internal)?;
    apply(&mut merged, Value::Object(patch));
    let text = merged.to_string();
    if text.len() > JsonObject::MAX_BYTES {
        let detail = format!("at most {} bytes after the merge", JsonObject::MAX_BYTES);
        return Err(Error::field("/metadata", Invalid::new(codes::JSON_TOO_LARGE, detail)));
    }
    Ok(JsonObject::from_parsed(text))
}

/// `MergePatch` of RFC 7396, section 2.
fn apply(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(fields) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            fields.remove(&key);
        } else {
            apply(fields.entry(key).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The examples of RFC 7396, appendix A, that begin with an object.
    #[test]
    fn merging_follows_the_examples_of_the_rfc() {
        for (original, patch, result) in [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
            (json!({"a":{"b":"c"}}), json!({"a":{"b":"d","c":null}}), json!({"a":{"b":"d"}})),
            (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!({}), json!({"a":{"bb":{"ccc":null}}}), json!({"a":{"bb":{}}})),
        ] {
            let mut merged = original;
            apply(&mut merged, patch);
            assert_eq!(merged, result);
        }
    }
}

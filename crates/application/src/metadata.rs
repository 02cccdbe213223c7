//! The metadata that clients store with a record.

use plinth_domain::JsonObject;
use serde_json::{Map, Value};

use crate::{Error, json};

/// A merge patch (RFC 7396) on a record's metadata, key by key. It is separate from the changes of
/// a record, because only the command has read the stored metadata and can merge.
pub type MetadataPatch = Map<String, Value>;

/// Merges a patch into stored metadata (RFC 7396), and checks the size of the result. Metadata that
/// was stored before a limit was lowered may stay as large as it is.
pub(crate) fn merge(stored: &JsonObject, patch: MetadataPatch) -> Result<JsonObject, Error> {
    merge_at("/metadata", stored, patch)
}

/// The same for the object in another field of the body.
pub(crate) fn merge_at(
    pointer: &str,
    stored: &JsonObject,
    patch: MetadataPatch,
) -> Result<JsonObject, Error> {
    let mut merged: Value = serde_json::from_str(stored.as_str()).map_err(Error::internal)?;
    apply(&mut merged, Value::Object(patch));
    let Value::Object(fields) = merged else {
        return Err(Error::internal("metadata is no object"));
    };
    let limit = JsonObject::MAX_BYTES.max(stored.as_str().len());
    json::object_within(&fields, limit).map_err(|invalid| Error::field(pointer, invalid))
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

    #[test]
    fn metadata_of_an_older_limit_can_be_changed_and_does_not_grow() {
        let old =
            json::object_within(json!({"a": "x".repeat(20_000)}).as_object().unwrap(), 30_000);
        let (old, patch) = (old.unwrap(), |value: Value| value.as_object().unwrap().clone());
        assert!(merge(&old, patch(json!({"b": 1}))).is_err());
        assert!(merge(&old, patch(json!({"a": "y".repeat(20_000)}))).is_ok());
        assert_eq!(merge(&old, patch(json!({"a": null}))).unwrap(), JsonObject::default());
    }

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

//! The schemas of a document (JSON Schema 2020-12, as far as the API uses it).

use std::collections::BTreeMap;

use serde_json::Value;

use super::Document;

/// The deepest chain of references and alternatives that is followed: a document may have circles.
const DEPTH: usize = 16;

/// The most alternatives of a value that are looked at.
const ALTERNATIVES: usize = 1_000;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Kind {
    /// One of a closed set.
    Choice,
    Money,
    Day,
    Time,
    Number,
    Identity,
    Text,
    Other,
}

impl Document {
    /// What a reference leads to.
    pub(in super::super) fn resolve<'d>(&'d self, mut value: &'d Value) -> &'d Value {
        for _ in 0..DEPTH {
            let target = value.get("$ref").and_then(Value::as_str);
            let target = target.and_then(|target| target.strip_prefix('#'));
            match target.and_then(|pointer| self.0.pointer(pointer)) {
                Some(found) => value = found,
                None => return value,
            }
        }
        value
    }

    /// The properties of an object, also those of all its alternatives.
    pub(in super::super) fn properties<'d>(
        &'d self,
        schema: &'d Value,
    ) -> BTreeMap<&'d str, &'d Value> {
        let mut properties = BTreeMap::new();
        for schema in self.alternatives(schema) {
            for (name, value) in schema["properties"].as_object().into_iter().flatten() {
                properties.entry(name.as_str()).or_insert(value);
            }
        }
        properties
    }

    /// The schemas that a value may have, or has all of: without references, `oneOf`, `anyOf` and `allOf`.
    pub(in super::super) fn alternatives<'d>(&'d self, schema: &'d Value) -> Vec<&'d Value> {
        let mut found = Vec::new();
        self.collect(schema, DEPTH, &mut found);
        found
    }

    fn collect<'d>(&'d self, schema: &'d Value, depth: usize, found: &mut Vec<&'d Value>) {
        let schema = self.resolve(schema);
        if depth == 0 || found.len() >= ALTERNATIVES {
            return;
        }
        found.push(schema);
        for name in ["allOf", "oneOf", "anyOf"] {
            for part in schema[name].as_array().into_iter().flatten() {
                self.collect(part, depth - 1, found);
            }
        }
    }

    /// Whether a value may be `null`.
    pub(in super::super) fn is_nullable(&self, schema: &Value) -> bool {
        self.alternatives(schema).into_iter().any(|schema| has_type(schema, "null"))
    }

    /// What a value of this schema is, when it is not `null`.
    pub(in super::super) fn kind(&self, schema: &Value) -> Kind {
        let alternatives = self.alternatives(schema);
        let has = |name: &str| alternatives.iter().any(|schema| has_type(schema, name));
        let format = alternatives.iter().find_map(|schema| schema["format"].as_str());
        if alternatives.iter().any(|schema| schema.get("enum").is_some()) {
            return Kind::Choice;
        }
        if has("object") {
            let properties = self.properties(schema);
            let is_money = properties.contains_key("amount_minor");
            return if is_money { Kind::Money } else { Kind::Other };
        }
        match format {
            _ if has("array") || has("boolean") => Kind::Other,
            _ if has("integer") || has("number") => Kind::Number,
            Some("date") => Kind::Day,
            Some("date-time") => Kind::Time,
            Some("uuid") => Kind::Identity,
            _ if has("string") => Kind::Text,
            _ => Kind::Other,
        }
    }
}

/// Whether a schema admits a type of JSON.
pub(in super::super) fn has_type(schema: &Value, name: &str) -> bool {
    match &schema["type"] {
        Value::String(own) => own == name,
        Value::Array(own) => own.iter().any(|own| own == name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::boats;
    use super::*;

    #[test]
    fn properties_are_those_of_all_parts_of_a_schema() {
        let document = boats();
        let boat = json!({"$ref": "#/components/schemas/Boat"});
        let properties = document.properties(&boat);
        assert!(["id", "name", "value"].iter().all(|name| properties.contains_key(name)));
        let kind = |name: &str| document.kind(properties[name]);
        let kinds =
            ["id", "name", "status", "value", "built_on", "created_at", "version"].map(kind);
        assert_eq!(
            kinds,
            [
                Kind::Identity,
                Kind::Text,
                Kind::Choice,
                Kind::Money,
                Kind::Day,
                Kind::Time,
                Kind::Number
            ]
        );
        assert_eq!(kind("metadata"), Kind::Other);
    }

    #[test]
    fn a_circle_of_references_ends() {
        let document = Document::from_json(json!({"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"},
            "c": {"oneOf": [{"$ref": "#/c"}]}}));
        assert!(document.properties(&json!({"$ref": "#/a"})).is_empty());
        assert!(document.properties(&json!({"$ref": "#/c"})).is_empty());
        assert_eq!(document.kind(&json!({"$ref": "#/missing"})), Kind::Other);
    }
}

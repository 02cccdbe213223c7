//! The bodies in the OpenAPI document.

use reqwest::Method;
use serde_json::{Map, Value};

/// An operation that takes a JSON body.
pub struct Operation {
    pub id: String,
    pub method: Method,
    pub path: String,
    /// All fields of the body, including those of nested objects.
    pub properties: Vec<Property>,
}

/// A documented field of a body.
pub struct Property {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    pub types: Vec<String>,
    pub description: String,
    pub max_length: Option<usize>,
    /// The smallest number.
    pub minimum: Option<i64>,
    pub required: bool,
    /// Whether `null` is documented, also beside a named schema.
    pub is_nullable: bool,
    /// Whether it has no documented fields of its own.
    pub leaf: bool,
}

impl Property {
    pub fn is(&self, kind: &str) -> bool {
        self.types.iter().any(|known| known == kind)
    }

    /// Whether any JSON is taken.
    pub fn takes_any(&self) -> bool {
        self.types.is_empty()
    }

    /// A value of a type that this never has.
    pub fn misfit(&self) -> Value {
        if self.is("array") { Value::Object(Map::new()) } else { Value::Array(Vec::new()) }
    }
}

/// Every operation of the document, with its path.
pub fn operations() -> Vec<(Method, String, Value)> {
    let document = serde_json::to_value(plinth_rest::document()).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push((method.to_uppercase().parse().unwrap(), path.clone(), operation.clone()));
        }
    }
    all
}

/// The operations with a JSON body.
pub fn with_body() -> Vec<Operation> {
    let document = serde_json::to_value(plinth_rest::document()).unwrap();
    let mut found = Vec::new();
    for (method, path, operation) in operations() {
        // The gateway takes bodies as other APIs do; its tests are in `gateway`.
        if crate::gateway::has(&path) {
            continue;
        }
        let Some(content) = operation["requestBody"]["content"].as_object() else { continue };
        let Some(json) = content.iter().find(|(kind, _)| kind.ends_with("json")) else { continue };
        let schema = &json.1["schema"];
        let mut properties = Vec::new();
        walk(&document, schema, "", &mut properties);
        let id = operation["operationId"].as_str().unwrap().to_owned();
        found.push(Operation { id, method, path, properties });
    }
    assert!(found.len() >= 10, "only {} operations take a body", found.len());
    found
}

fn walk(document: &Value, schema: &Value, pointer: &str, into: &mut Vec<Property>) {
    let schema = resolve(document, schema);
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let pointer = format!("{pointer}/{name}");
        let resolved = resolve(document, property);
        into.push(Property {
            pointer: pointer.clone(),
            types: match &resolved["type"] {
                Value::String(one) => vec![one.clone()],
                // Any JSON.
                Value::Null => Vec::new(),
                several => serde_json::from_value(several.clone()).unwrap(),
            },
            description: property["description"].as_str().unwrap_or_default().to_owned(),
            max_length: resolved["maxLength"].as_u64().map(|max| usize::try_from(max).unwrap()),
            minimum: resolved["minimum"].as_i64(),
            required: required.contains(&Value::String(name.clone())),
            is_nullable: allows_null(document, property) || is_any(&resolved),
            leaf: resolved.get("properties").is_none(),
        });
        walk(document, &resolved, &pointer, into);
    }
}

/// Whether any JSON is taken.
fn is_any(resolved: &Value) -> bool {
    resolved["type"].is_null()
}

fn allows_null(document: &Value, schema: &Value) -> bool {
    if let Some(reference) = schema["$ref"].as_str() {
        return allows_null(document, document.pointer(&reference[1..]).unwrap());
    }
    let choices = ["oneOf", "anyOf"].into_iter().filter_map(|name| schema[name].as_array());
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.clone(),
        one => vec![one.clone()],
    };
    kinds.contains(&Value::from("null"))
        || choices.flatten().any(|choice| allows_null(document, choice))
}

/// A part of the document without `$ref` and "or null".
pub fn resolve(document: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return resolve(document, document.pointer(&reference[1..]).unwrap());
    }
    let choices = schema["oneOf"].as_array().into_iter().flatten();
    match choices.into_iter().find(|choice| choice["type"] != "null") {
        Some(choice) => resolve(document, choice),
        None => schema.clone(),
    }
}

/// Puts a value at a pointer, and objects on the way to it.
pub fn put(body: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    if !parent.is_empty() && !body.pointer(parent).is_some_and(Value::is_object) {
        put(body, parent, Value::Object(Map::new()));
    }
    body.pointer_mut(parent).unwrap()[name] = value;
}

/// Removes the value at a pointer.
pub fn take(body: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    if let Some(fields) = body.pointer_mut(parent).and_then(Value::as_object_mut) {
        fields.remove(name);
    }
}

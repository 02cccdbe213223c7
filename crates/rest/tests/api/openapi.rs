//! The committed OpenAPI document is the one that the server serves.

use std::collections::HashSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, declared::assert_valid, document};

#[test]
fn the_committed_document_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let current = plinth_rest::document().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, current).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(committed == current, "docs/openapi.json is stale: run ./justw openapi");
}

#[test]
fn every_operation_says_who_may_and_what_can_go_wrong() {
    let document = serde_json::to_value(plinth_rest::document()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    for (method, path, operation) in document::operations() {
        let name = format!("{method} {path}");
        for text in ["summary", "description"] {
            assert!(operation[text].is_string(), "{name} has no {text}");
        }
        assert!(operation["security"].is_array(), "{name} does not say who may");
        let scope = operation["security"][0]["bearer"][0].as_str();
        let known = scope.is_none_or(|s| plinth_domain::Permission::from_name(s).is_some());
        assert!(known, "{name} asks for an unknown permission");
        for status in ["400", "429", "500", "503"] {
            assert!(operation["responses"][status].is_object(), "{name} has no {status}");
        }
    }
}

#[test]
fn every_error_answer_names_codes_of_the_catalogue() {
    let whole = serde_json::to_value(plinth_rest::document()).unwrap();
    for (method, path, operation) in document::operations() {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let response = document::resolve(&whole, response);
            let problem = &response["content"]["application/problem+json"];
            if status == "default" {
                continue;
            }
            if crate::gateway::has(&path) && status.as_str() >= "400" {
                let schema = &response["content"]["application/json"]["schema"]["$ref"];
                let api = if path.starts_with("/openai/") { "OpenAi" } else { "Anthropic" };
                let expected = format!("#/components/schemas/{api}Error");
                assert_eq!(*schema, expected, "{method} {path} {status}");
                continue;
            }
            if status.as_str() < "400" {
                assert!(problem.is_null(), "{method} {path} {status}");
                continue;
            }
            let codes = problem["examples"].as_object().unwrap();
            assert!(!codes.is_empty(), "{method} {path} {status}");
            for (code, example) in codes {
                let known = plinth_rest::codes().find(|known| known.name() == code);
                let known = known.unwrap_or_else(|| panic!("{method} {path}: {code}"));
                assert!(response["description"].as_str().unwrap().contains(known.meaning()));
                assert_eq!(document::resolve(&whole, example)["value"]["code"], *code);
            }
        }
    }
}

#[test]
fn no_two_operations_have_the_same_id() {
    let mut seen = HashSet::new();
    for (_, path, operation) in document::operations() {
        let id = operation["operationId"].as_str().unwrap().to_owned();
        assert!(seen.insert(id), "{path}");
    }
}

#[test]
fn every_tag_is_described() {
    let document = serde_json::to_value(plinth_rest::document()).unwrap();
    let tags = document["tags"].as_array().unwrap();
    let described = tags.iter().filter(|tag| tag["description"].is_string());
    let described = described.map(|tag| &tag["name"]).collect::<Vec<_>>();
    for (_, path, operation) in document::operations() {
        let named = operation["tags"].as_array().unwrap();
        assert!(named.iter().all(|tag| described.contains(&tag)), "{path}: {named:?}");
    }
}

#[test]
fn every_body_answer_and_enum_is_a_named_schema() {
    let whole = serde_json::to_value(plinth_rest::document()).unwrap();
    for (method, path, operation) in document::operations() {
        let responses = operation["responses"].as_object().unwrap().values();
        let responses = responses.map(|response| document::resolve(&whole, response));
        for part in responses.chain([operation["requestBody"].clone()]) {
            for (kind, content) in part["content"].as_object().into_iter().flatten() {
                assert!(content["schema"]["$ref"].is_string(), "{method} {path}: {kind}");
            }
        }
    }
    let unnamed = |value: &Value| {
        let mut found = Vec::new();
        collect_enums(value, &mut found);
        found
    };
    for (name, schema) in whole["components"]["schemas"].as_object().unwrap() {
        let parts = ["properties", "items", "oneOf", "allOf"].map(|part| unnamed(&schema[part]));
        assert_eq!(parts.concat(), Vec::<Value>::new(), "{name}");
    }
    assert_eq!(unnamed(&whole["paths"]), Vec::<Value>::new());
}

/// The value of each `enum` in a schema and below it.
fn collect_enums(value: &Value, into: &mut Vec<Value>) {
    match value {
        Value::Object(fields) => {
            into.extend(fields.get("enum").cloned());
            fields.values().for_each(|field| collect_enums(field, into));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_enums(item, into)),
        _ => {}
    }
}

#[test]
fn a_field_of_an_answer_that_can_be_null_is_always_there() {
    let document = serde_json::to_value(plinth_rest::document()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    // The bodies of the gateway take fields beside the declared ones.
    let is_body = |schema: &Value| !schema["additionalProperties"].is_null();
    for (name, schema) in schemas.iter().filter(|(_, schema)| !is_body(schema)) {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            let nullable = property["type"].as_array().is_some_and(|t| t.contains(&json!("null")))
                || property["oneOf"].as_array().is_some();
            let always = required.contains(&json!(field));
            assert!(always || !nullable, "{name}.{field}");
        }
    }
}

#[test]
fn an_operation_without_a_credential_has_no_requirement() {
    for (method, path, operation) in document::operations() {
        let security = operation["security"].as_array().unwrap();
        let alone = security.len() == 1 && security[0] == json!({});
        assert!(!alone, "{method} {path}");
        let text = operation["description"].as_str().unwrap();
        assert_eq!(security.is_empty(), text.contains("Needs no credential."), "{method} {path}");
    }
}

#[test]
fn every_answer_names_headers_that_are_described_once() {
    let whole = serde_json::to_value(plinth_rest::document()).unwrap();
    for (method, path, operation) in document::operations() {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let headers = document::resolve(&whole, response)["headers"].clone();
            for (name, header) in headers.as_object().unwrap() {
                let described = document::resolve(&whole, header)["description"].is_string();
                assert!(described, "{method} {path} {status} {name}");
            }
            assert!(headers["X-Request-Id"].is_object(), "{method} {path} {status}");
            let is_busy = ["429", "503"].contains(&status.as_str());
            assert!(!is_busy || headers["Retry-After"].is_object(), "{method} {path} {status}");
        }
    }
}

#[test]
fn an_object_without_declared_fields_has_any() {
    let whole = serde_json::to_value(plinth_rest::document()).unwrap();
    let mut free = 0;
    each_schema(&whole["components"]["schemas"], &mut |schema| {
        let kind = &schema["type"];
        let is_object = kind == "object" || *kind == json!(["object", "null"]);
        // A map has texts alone as its values.
        let is_map = schema["additionalProperties"]["type"] == "string";
        if is_object && !is_map && schema["properties"].is_null() {
            assert_eq!(schema["additionalProperties"], true, "{schema}");
            free += 1;
        }
    });
    assert!(free >= 8, "{free}");
}

/// Calls `visit` with every value that is an object, the schemas among them.
fn each_schema(value: &Value, visit: &mut impl FnMut(&Value)) {
    match value {
        Value::Object(fields) => {
            visit(value);
            let parts = fields.iter().filter(|(name, _)| *name != "examples" && *name != "example");
            parts.for_each(|(_, part)| each_schema(part, visit));
        }
        Value::Array(items) => items.iter().for_each(|item| each_schema(item, visit)),
        _ => {}
    }
}

#[test]
fn every_field_of_a_merge_patch_says_what_null_means() {
    let mut fields = 0;
    for operation in document::with_body() {
        if operation.method != reqwest::Method::PATCH {
            continue;
        }
        for property in operation.properties {
            let text = property.description;
            let says = if property.is_nullable { "`null` clears" } else { "Cannot be `null`" };
            assert!(text.contains(says), "{} {}: {text}", operation.id, property.pointer);
            fields += 1;
        }
    }
    assert!(fields >= 20, "{fields}");
}

#[test]
fn every_body_and_answer_has_an_example_and_every_example_is_valid() {
    let whole = serde_json::to_value(plinth_rest::document()).unwrap();
    for (name, schema) in whole["components"]["schemas"].as_object().unwrap() {
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        let examples = schema["examples"].as_array().cloned().unwrap_or_default();
        let is_object = schema["properties"].is_object() || schema["allOf"].is_array();
        assert_eq!(!examples.is_empty(), is_object, "{name}");
        for example in &examples {
            assert_valid(&reference, example, name);
        }
    }
    for (name, example) in whole["components"]["examples"].as_object().unwrap() {
        assert_valid(&json!({"$ref": "#/components/schemas/Problem"}), &example["value"], name);
    }
}

async fn the_served_document_is_this_one_and_has_a_tag(app: &TestApp) {
    let served = app.anonymous().get("/openapi.json").await.expect(200);
    assert_eq!(served.json(), serde_json::to_value(plinth_rest::document()).unwrap());
    let tag = served.header("etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    let again = app.anonymous().request(Method::GET, "/openapi.json").header("If-None-Match", tag);
    app.anonymous().send(again.header("Accept-Encoding", "gzip")).await.expect(304);
}

on_postgres! {
    the_served_document_is_this_one_and_has_a_tag,
}

//! Checks every response of a test against the OpenAPI document: the status, the headers, the media
//! type, the code of a problem, and the schema of JSON.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::Value;

use super::{Reply, document::resolve};

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(plinth_rest::document()).unwrap());

/// Asserts that the operation at a path declares the response.
#[track_caller]
pub fn assert_declared(method: &Method, path: &str, reply: &Reply) {
    let Some(operation) = operation(method, path) else { return };
    let status = reply.status.as_str();
    let declared = resolve(&DOCUMENT, &operation["responses"][status]);
    assert!(declared.is_object(), "{method} {path} does not declare {status}: {reply:?}");
    let about = format!("{method} {path} {status}");
    assert_headers(&declared["headers"], reply, &about);
    let kind = reply.header("content-type").split(';').next().unwrap_or_default();
    if kind.is_empty() {
        return;
    }
    let content = &declared["content"][kind];
    assert!(content.is_object(), "{about} does not declare {kind}");
    let is_compressed = !reply.header("content-encoding").is_empty();
    if !kind.ends_with("json") || *method == Method::HEAD || is_compressed {
        return;
    }
    let body = reply.json();
    if kind == "application/problem+json" {
        let code = body["code"].as_str().unwrap_or_default();
        let is_named = content["examples"].get(code).is_some();
        assert!(is_named, "{about} does not declare {code}: {}", reply.text);
    }
    assert_valid(&content["schema"], &body, &about);
}

/// Asserts that each declared header is there and has a value of its schema, and that each header
/// of the document that is there is declared.
#[track_caller]
fn assert_headers(declared: &Value, reply: &Reply, about: &str) {
    for name in DOCUMENT["components"]["headers"].as_object().unwrap().keys() {
        let header = resolve(&DOCUMENT, &declared[name]);
        let Some(value) = reply.headers.get(name) else {
            assert!(header["required"] != true, "{about} lacks {name}: {reply:?}");
            continue;
        };
        assert!(header.is_object(), "{about} does not declare {name}: {reply:?}");
        let text = value.to_str().unwrap();
        let value = match header["schema"]["type"].as_str() {
            Some("integer") => text.parse::<u64>().map_or_else(|_| text.into(), Value::from),
            _ => Value::from(text),
        };
        let faults = faults(&header["schema"], &value, about);
        assert!(faults.is_empty(), "{about} {name}: {faults:?}");
    }
}

/// Asserts that a value matches a schema of the document.
#[track_caller]
pub fn assert_valid(schema: &Value, value: &Value, about: &str) {
    let faults = faults(schema, value, about);
    assert!(faults.is_empty(), "{about}: {faults:?}: {value}");
}

/// What a schema of the document finds wrong in a value.
fn faults(schema: &Value, value: &Value, about: &str) -> Vec<String> {
    let validator = validator(schema, about);
    let faults = validator.iter_errors(value);
    faults.map(|f| format!("{}: {f}", f.instance_path())).collect()
}

/// The validator of a schema, built once: it takes longer than most requests.
fn validator(schema: &Value, about: &str) -> Arc<Validator> {
    static BUILT: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let build = || {
        let mut whole = schema.clone();
        whole["components"] = DOCUMENT["components"].clone();
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        Arc::new(options.build(&whole).unwrap_or_else(|error| panic!("{about}: {error}")))
    };
    Arc::clone(built.entry(schema.to_string()).or_insert_with(build))
}

/// The operation at a path; a fixed segment takes precedence over a parameter.
fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    let given = path.split('/').collect::<Vec<_>>();
    let fits = |template: &str| {
        let known = template.split('/').collect::<Vec<_>>();
        known.len() == given.len()
            && known.iter().zip(&given).all(|(known, given)| {
                known == given || (known.starts_with('{') && !given.is_empty())
            })
    };
    let paths = DOCUMENT["paths"].as_object()?;
    let found = paths.iter().filter(|(template, _)| fits(template));
    let (_, item) = found.min_by_key(|(template, _)| template.matches('{').count())?;
    item.get(method.as_str().to_lowercase())
}

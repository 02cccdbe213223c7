//! An example of each body and answer, composed of the examples of its fields.

use serde_json::{Map, Value, json};
use utoipa::{
    Number,
    openapi::{
        Components, OpenApi, RefOr, Schema, SchemaFormat,
        schema::{ArrayItems, Object, SchemaType, Type},
    },
};

use super::schemas::target;

/// Puts an example on every named object.
pub(super) fn complete(document: &mut OpenApi) {
    let mut components = document.components.take().unwrap_or_default();
    let known = components.clone();
    for (name, schema) in &mut components.schemas {
        let value = example(&known, name, schema);
        match schema {
            RefOr::T(Schema::Object(object)) if !object.properties.is_empty() => {
                (object.example, object.examples) = (None, vec![value]);
            }
            RefOr::T(Schema::AllOf(parts)) => (parts.example, parts.examples) = (None, vec![value]),
            _ => {}
        }
    }
    document.components = Some(components);
}

/// The declared example of a schema, or one composed of its parts.
fn example(known: &Components, name: &str, schema: &RefOr<Schema>) -> Value {
    let schema = match schema {
        RefOr::Ref(reference) => {
            let Some((name, schema)) = target(known, reference) else { return Value::Null };
            return example(known, name, schema);
        }
        RefOr::T(schema) => schema,
    };
    match schema {
        Schema::Object(object) => declared(object.example.as_ref(), &object.examples)
            .unwrap_or_else(|| of_object(known, name, object)),
        Schema::Array(array) => {
            declared(array.example.as_ref(), &array.examples).unwrap_or_else(|| {
                match &array.items {
                    ArrayItems::RefOrSchema(item) => json!([example(known, name, item)]),
                    ArrayItems::False => json!([]),
                }
            })
        }
        Schema::OneOf(choices) => declared(choices.example.as_ref(), &choices.examples)
            .unwrap_or_else(|| {
                let mut values = choices.items.iter().map(|item| example(known, name, item));
                values.find(|value| !value.is_null()).unwrap_or_default()
            }),
        Schema::AllOf(parts) => {
            let mut fields = Map::new();
            for part in &parts.items {
                if let Value::Object(more) = example(known, name, part) {
                    fields.extend(more);
                }
            }
            fields.into()
        }
        _ => Value::Null,
    }
}

fn declared(one: Option<&Value>, several: &[Value]) -> Option<Value> {
    several.first().or(one).cloned()
}

fn of_object(known: &Components, name: &str, object: &Object) -> Value {
    if let Some(values) = &object.enum_values {
        return values.first().cloned().unwrap_or_default();
    }
    let kind = match &object.schema_type {
        SchemaType::Type(kind) => kind,
        SchemaType::Array(kinds) => kinds.first().unwrap_or(&Type::Null),
        SchemaType::AnyValue => &Type::Object,
    };
    match kind {
        // Only a declared example can fit a pattern.
        Type::String if object.pattern.is_some() => Value::Null,
        Type::String => text(name, object.format.as_ref()).into(),
        Type::Integer | Type::Number => number(object),
        Type::Boolean => true.into(),
        Type::Object => {
            let field = |(name, schema)| (String::clone(name), example(known, name, schema));
            object.properties.iter().map(field).collect::<Map<_, _>>().into()
        }
        _ => Value::Null,
    }
}

/// A text of the format, or the name of the field.
fn text(name: &str, format: Option<&SchemaFormat>) -> String {
    let format = serde_json::to_value(format).unwrap_or_default();
    let text = match format.as_str().unwrap_or_default() {
        "uuid" => "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f5a6",
        "date-time" => "2026-11-20T10:05:00Z",
        "date" => "2026-11-20",
        "email" => "ada@example.com",
        "password" => "correct horse battery",
        "uri" => "https://storage.example.com/object",
        _ => name,
    };
    text.to_owned()
}

/// One, or the nearest number within the bounds.
fn number(object: &Object) -> Value {
    let bound = |bound: &Option<Number>| match bound {
        Some(Number::Int(number)) => i64::try_from(*number).ok(),
        Some(Number::UInt(number)) => i64::try_from(*number).ok(),
        Some(Number::Float(_)) | None => None,
    };
    let low = bound(&object.minimum).unwrap_or(1).max(1);
    bound(&object.maximum).map_or(low, |high| low.min(high)).into()
}

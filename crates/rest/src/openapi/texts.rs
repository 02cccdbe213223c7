//! What every text of a request has in common.

use utoipa::openapi::{
    OpenApi, RefOr,
    path::Parameter,
    schema::{Object, SchemaType, Type},
};

use super::{operations::operations_mut, schemas::reachable_from_bodies, walk::objects};

/// A text without control characters.
const LINE: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";

/// Says of each text of a body or query that has no pattern or format that it has no control
/// characters. Called after the examples are made: those of a pattern would have to be declared.
pub(super) fn complete(document: &mut OpenApi) {
    let mut components = document.components.take().unwrap_or_default();
    for name in reachable_from_bodies(document, &components, |_| true) {
        if let Some(schema) = components.schemas.get_mut(&name) {
            objects(schema, &mut limit);
        }
    }
    for (_, operation) in operations_mut(document) {
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(Parameter { schema: Some(schema), .. }) = parameter {
                objects(schema, &mut limit);
            }
        }
    }
    document.components = Some(components);
}

fn limit(object: &mut Object) {
    let is_text = match &object.schema_type {
        SchemaType::Type(kind) => *kind == Type::String,
        SchemaType::Array(kinds) => kinds.contains(&Type::String),
        SchemaType::AnyValue => false,
    };
    let is_password = serde_json::to_value(&object.format).is_ok_and(|format| format == "password");
    let is_free = object.pattern.is_none()
        && object.enum_values.is_none()
        && object.content_media_type.is_empty()
        && (object.format.is_none() || is_password);
    if is_text && is_free {
        object.pattern = Some(LINE.to_owned());
    }
}

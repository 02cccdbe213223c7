//! Objects whose fields the client chooses, and those with no other fields than the declared ones.

use utoipa::openapi::{
    OpenApi,
    schema::{AdditionalProperties, Object, SchemaType, Type},
};

use super::{schemas::reachable_from_bodies, walk::objects};

/// Closes each body; serde says it of those in JSON, and a form refuses unknown fields, too. Says of
/// each object without declared fields that it has any. Generators of typed clients take it
/// for an empty object otherwise.
pub(super) fn complete(document: &mut OpenApi) {
    let mut components = document.components.take().unwrap_or_default();
    for name in reachable_from_bodies(document, &components, |_| true) {
        if let Some(schema) = components.schemas.get_mut(&name) {
            objects(schema, &mut close);
        }
    }
    for schema in components.schemas.values_mut() {
        objects(schema, &mut open);
    }
    document.components = Some(components);
}

fn open(object: &mut Object) {
    let is_object = match &object.schema_type {
        SchemaType::Type(kind) => *kind == Type::Object,
        SchemaType::Array(kinds) => kinds.contains(&Type::Object),
        SchemaType::AnyValue => false,
    };
    if is_object && object.properties.is_empty() && object.additional_properties.is_none() {
        object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(true)));
    }
}

fn close(object: &mut Object) {
    if !object.properties.is_empty() && object.additional_properties.is_none() {
        object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    }
}

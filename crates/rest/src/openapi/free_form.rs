//! Objects whose fields the client chooses.

use utoipa::openapi::{
    OpenApi,
    schema::{AdditionalProperties, Object, SchemaType, Type},
};

use super::walk::objects;

/// Says of each object without declared fields that it has any. Generators of typed clients take it
/// for an empty object otherwise.
pub(super) fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for schema in components.schemas.values_mut() {
        objects(schema, &mut open);
    }
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

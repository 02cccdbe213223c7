//! Visits to the parts of a schema.

use utoipa::openapi::{
    Ref, RefOr, Schema,
    schema::{ArrayItems, Object},
};

/// Calls `visit` with every reference in a schema.
pub(super) fn references(schema: &mut RefOr<Schema>, visit: &mut impl FnMut(&mut Ref)) {
    match schema {
        RefOr::Ref(reference) => visit(reference),
        RefOr::T(schema) => children(schema, |child| references(child, visit)),
    }
}

/// Calls `visit` with every object, string and number of a schema; not with what it refers to.
pub(super) fn objects(schema: &mut RefOr<Schema>, visit: &mut impl FnMut(&mut Object)) {
    if let RefOr::T(schema) = schema {
        if let Schema::Object(object) = schema {
            visit(object);
        }
        children(schema, |child| objects(child, visit));
    }
}

fn children(schema: &mut Schema, visit: impl FnMut(&mut RefOr<Schema>)) {
    match schema {
        Schema::Object(object) => object.properties.values_mut().for_each(visit),
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(item) = &mut array.items {
                std::iter::once(&mut **item).for_each(visit);
            }
        }
        Schema::OneOf(choices) => choices.items.iter_mut().for_each(visit),
        Schema::AllOf(parts) => parts.items.iter_mut().for_each(visit),
        Schema::AnyOf(choices) => choices.items.iter_mut().for_each(visit),
        _ => {}
    }
}

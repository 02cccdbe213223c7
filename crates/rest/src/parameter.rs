//! Parameters that an extractor declares for the OpenAPI document.

use utoipa::openapi::{
    ObjectBuilder, RefOr, Required, Schema, Type,
    path::{Parameter, ParameterBuilder, ParameterIn},
};

/// A header of a request.
pub(crate) fn header(
    name: &str,
    required: Required,
    about: &str,
    schema: ObjectBuilder,
) -> Parameter {
    parameter(name, ParameterIn::Header, required, about, schema)
}

/// An optional parameter of the query.
pub(crate) fn query(name: &str, about: &str, schema: impl Into<RefOr<Schema>>) -> Parameter {
    parameter(name, ParameterIn::Query, Required::False, about, schema)
}

/// A text that fits a regular expression (ECMA-262).
pub(crate) fn text(pattern: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern))
}

fn parameter(
    name: &str,
    place: ParameterIn,
    required: Required,
    about: &str,
    schema: impl Into<RefOr<Schema>>,
) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(Some(about))
        .schema(Some(schema))
        .build()
}

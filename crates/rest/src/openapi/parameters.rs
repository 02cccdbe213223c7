//! The parameters that many operations share.

use utoipa::openapi::{
    ObjectBuilder, OpenApi, RefOr, Required, Schema,
    path::{Operation, Parameter, ParameterBuilder, ParameterIn},
    schema::{SchemaType, Type},
};

use super::operations::{operations_mut, parameters};

/// Adds the headers of each operation's method and the parameters of lists.
pub(super) fn complete(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        for operation in item.post.iter_mut().filter(|operation| takes_key(operation)) {
            add(operation, idempotency_key());
        }
        for operation in item.patch.iter_mut().chain(&mut item.delete) {
            // An upload has no version yet.
            if !id(operation).ends_with("_upload") {
                add(operation, if_match(true));
            }
        }
        if let Some(operation) = &mut item.put {
            add(operation, if_match(false));
        }
        for list in item.get.iter_mut().filter(|operation| is_paged(operation)) {
            for parameter in paging() {
                add(list, parameter);
            }
        }
        if let Some(operation) = &mut item.get
            && operation.responses.responses.contains_key("304")
        {
            add(operation, if_match(false));
            add(operation, if_none_match());
        }
    }
    for (_, operation) in operations_mut(document) {
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(Parameter { schema: Some(RefOr::T(Schema::Object(object))), .. }) =
                parameter
            {
                forbid_null(&mut object.schema_type);
            }
        }
    }
}

/// An optional parameter is absent, never `null`.
fn forbid_null(kind: &mut SchemaType) {
    if let SchemaType::Array(kinds) = kind
        && let [one, Type::Null] = kinds.as_slice()
    {
        *kind = SchemaType::Type(one.clone());
    }
}

fn id(operation: &Operation) -> &str {
    operation.operation_id.as_deref().unwrap_or_default()
}

/// Whether the operation creates a record or changes its state, and so takes an
/// `Idempotency-Key`.
fn takes_key(operation: &Operation) -> bool {
    let id = id(operation);
    // An upload is not a record yet; completing it creates one.
    let is_upload = id.ends_with("_upload") && id != "complete_direct_upload";
    let verbs = ["create_", "complete_", "retry_", "cancel_"];
    !is_upload && verbs.iter().any(|verb| id.starts_with(verb))
}

fn is_paged(operation: &Operation) -> bool {
    id(operation).starts_with("list_") && id(operation) != "list_feature_flags"
}

fn add(operation: &mut Operation, parameter: Parameter) {
    let is_there = parameters(operation).any(|known| known.name == parameter.name);
    if !is_there {
        operation.parameters.get_or_insert_default().push(parameter.into());
    }
}

fn text_parameter(name: &str, place: ParameterIn, required: bool, about: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(if required { Required::True } else { Required::False })
        .description(Some(about))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

fn idempotency_key() -> Parameter {
    let about = "Identifies this attempt. A second request with the same key within 24 hours gets \
                 the first answer and changes nothing.";
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(255))
        .pattern(Some("^[!-~]+$"));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .description(Some(about))
        .schema(Some(text))
        .build()
}

fn if_match(required: bool) -> Parameter {
    text_parameter(
        "If-Match",
        ParameterIn::Header,
        required,
        "The record's `ETag`, several, or `*`: the answer is 412 when it has another one",
    )
}

fn if_none_match() -> Parameter {
    let about =
        "The `ETag` of the client's copy, or several: the answer is 304 while it is current";
    text_parameter("If-None-Match", ParameterIn::Header, false, about)
}

fn paging() -> [Parameter; 2] {
    let limit = ParameterBuilder::new()
        .name("limit")
        .parameter_in(ParameterIn::Query)
        .description(Some("The most items of the page"))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::Integer)
                .minimum(Some(1))
                .maximum(Some(200))
                .default(Some(50.into())),
        ))
        .build();
    let about = "`next_cursor` of the page before, with the same filters and order";
    [limit, text_parameter("cursor", ParameterIn::Query, false, about)]
}

//! The OpenAPI 3.1 document: what the handlers declare, completed with what
//! holds for all of them.

use actix_web::{HttpResponse, get, http::header, web::Data};
use utoipa::{
    OpenApi,
    openapi::{
        self, Content, ObjectBuilder, Ref, Required, ResponseBuilder,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::Type,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::problem::{Fault, Problem};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Plinth",
        description = "The multi-tenant backend. The organization comes from the credential.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(Problem, Fault)),
    tags(
        (name = "auth", description = "Who somebody is"),
        (name = "organization", description = "The caller's organization"),
        (name = "members", description = "Its people"),
        (name = "invitations", description = "Offers of membership"),
        (name = "api-keys", description = "Credentials for machines"),
        (name = "projects", description = "Pieces of work"),
        (name = "jobs", description = "What the workers do"),
        (name = "audit-logs", description = "What was done, by whom"),
        (name = "events", description = "What happens, as it happens"),
        (name = "feature-flags", description = "Switches in the product"),
        (name = "operations", description = "For operators"),
    ),
)]
struct Base;

/// What the document begins with.
pub(crate) fn base() -> openapi::OpenApi {
    let mut document = Base::openapi();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "An access token (`pla_…`) or an API key (`plk_…`). The scopes named with an \
             operation are the permissions that it needs.",
        ))
        .build();
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("bearer", SecurityScheme::Http(bearer));
    document
}

/// Adds what every operation has in common: the refusals, and the headers of
/// its method.
pub(crate) fn complete(mut document: openapi::OpenApi) -> openapi::OpenApi {
    for path in document.paths.paths.values_mut() {
        let (post, patch, delete) = (&mut path.post, &mut path.patch, &mut path.delete);
        for operation in post.iter_mut().filter(|operation| takes_key(operation)) {
            add(operation, idempotency_key());
        }
        for operation in patch.iter_mut().chain(delete.iter_mut()) {
            add(operation, if_match());
        }
        let lists = path.get.iter_mut().filter(|get| is_paged(get));
        lists.for_each(|list| paging().into_iter().for_each(|parameter| add(list, parameter)));
        let all = [
            &mut path.options,
            &mut path.get,
            &mut path.put,
            &mut path.post,
            &mut path.patch,
            &mut path.delete,
        ];
        all.into_iter().flatten().for_each(refusals);
    }
    document
}

/// Whether this creates something for the caller's organization, or moves it
/// to another state.
fn takes_key(operation: &Operation) -> bool {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    // An upload is no record yet; completing it makes one.
    let is_upload = id.ends_with("_upload") && id != "complete_direct_upload";
    let verbs = ["create_", "complete_", "retry_", "cancel_"];
    !is_upload && verbs.iter().any(|verb| id.starts_with(verb))
}

fn is_paged(operation: &Operation) -> bool {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    id.starts_with("list_") && id != "list_feature_flags"
}

fn add(operation: &mut Operation, parameter: Parameter) {
    operation.parameters.get_or_insert_default().push(parameter.into());
}

fn refusals(operation: &mut Operation) {
    for (status, description) in
        [("4XX", "The request is refused"), ("5XX", "Something went wrong, or is away")]
    {
        let problem = Content::new(Some(Ref::from_schema_name("Problem")));
        let response = ResponseBuilder::new()
            .description(description)
            .content("application/problem+json", problem)
            .build();
        operation.responses.responses.insert(status.to_owned(), response.into());
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
    let about = "A name for this attempt, 1 to 255 visible ASCII characters. The same key within \
                 24 hours gets the same answer, and nothing is done twice.";
    text_parameter("Idempotency-Key", ParameterIn::Header, false, about)
}

fn if_match() -> Parameter {
    let about = "The record's `ETag`, or `*`";
    text_parameter("If-Match", ParameterIn::Header, true, about)
}

fn paging() -> [Parameter; 2] {
    let limit = ParameterBuilder::new()
        .name("limit")
        .parameter_in(ParameterIn::Query)
        .description(Some("How many items at the most; 50 when it is not given"))
        .schema(Some(
            ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(200)),
        ))
        .build();
    let about = "`next_cursor` of the page before, with the same filters and order";
    [limit, text_parameter("cursor", ParameterIn::Query, false, about)]
}

/// The document, encoded once.
pub(crate) struct Document(pub(crate) String);

/// The OpenAPI document.
#[utoipa::path(
    tag = "operations",
    operation_id = "get_openapi",
    responses((status = 200, description = "This document", content_type = "application/json")),
    security(()),
)]
#[get("/openapi.json")]
pub(crate) async fn get_openapi(document: Data<Document>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .body(document.0.clone())
}

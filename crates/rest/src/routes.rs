//! Maps paths to handlers.

use actix_web::{
    App, HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, ServiceConfig},
};
use utoipa::openapi::OpenApi;

use crate::{
    announcements, api_keys, audit_logs, auth, documents, events, feature_flags, gateway,
    invitations, jobs, members, methods,
    middleware::codes::ROUTE_UNKNOWN,
    openapi, operations, organization,
    problem::ApiError,
    records,
    routing::{Declared, Register, Routes},
    tickets, uploads,
};

fn api(config: &mut Routes<'_>) {
    config
        .configure(operations::routes)
        .service(openapi::get_openapi)
        .configure(auth::routes)
        .configure(tickets::routes)
        .configure(organization::routes)
        .configure(members::routes)
        .configure(invitations::routes)
        .configure(api_keys::routes)
        .configure(records::routes)
        .configure(documents::routes)
        .configure(uploads::routes)
        .configure(jobs::routes)
        .configure(audit_logs::routes)
        .configure(events::routes)
        .configure(feature_flags::routes)
        .configure(announcements::routes);
}

/// Each path with the operations below it.
const SCOPES: [(&str, Register); 3] = [
    ("/api/v1", api),
    (gateway::SCOPE, gateway::routes),
    (gateway::ANTHROPIC_SCOPE, gateway::anthropic_routes),
];

/// Registers every operation with the server.
pub(crate) fn register(server: &mut ServiceConfig) {
    operations::root_routes(&mut Routes::of(server));
    for (path, routes) in SCOPES {
        let scope = web::scope(path).configure(|server| routes(&mut Routes::of(server)));
        server.service(scope);
    }
}

/// The OpenAPI document, without a server.
#[must_use]
pub fn document() -> OpenApi {
    openapi::complete(declared())
}

/// What the operations declare. It has every path, and is quickly made.
pub(crate) fn declared() -> OpenApi {
    let mut document = openapi::base();
    let root: (&str, Register) = ("", operations::root_routes);
    for (path, routes) in SCOPES.into_iter().chain([root]) {
        let mut declared = Declared::default();
        let _ =
            App::new().configure(|server| routes(&mut Routes::declaring(server, &mut declared)));
        declared.add_to(&mut document, path);
    }
    document
}

/// The response when no route matches: 405 for a known path, 404 otherwise.
pub(crate) async fn unknown(
    request: HttpRequest,
    methods: Data<methods::Known>,
) -> Result<HttpResponse, ApiError> {
    if let Some(allow) = methods.of_path(request.path()) {
        return Err(methods::not_allowed(allow));
    }
    let shorter = request.path().trim_end_matches('/');
    let detail = match methods.of_path(shorter) {
        Some(_) => format!("there is nothing here; {shorter} has no slash at its end"),
        None => "there is nothing here".to_owned(),
    };
    Err(ApiError::new(StatusCode::NOT_FOUND, ROUTE_UNKNOWN, detail))
}

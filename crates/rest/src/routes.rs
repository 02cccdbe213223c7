//! Maps paths to handlers.

use actix_web::{
    App, HttpRequest, HttpResponse,
    body::BoxBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::StatusCode,
    web::Data,
};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::{AppExt, scope, service_config::ServiceConfig};

use crate::{
    api_keys, audit_logs, auth, documents, events, feature_flags, gateway, invitations, jobs,
    members, methods, middleware::codes::ROUTE_UNKNOWN, openapi, operations, organization,
    problem::ApiError, records, tickets, uploads,
};

fn api(config: &mut ServiceConfig<'_>) {
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
        .configure(feature_flags::routes);
}

/// Registers every route, and returns what the handlers declare of them. Each
/// worker of the server registers anew, so this is not the completed document.
pub(crate) fn register<T>(app: App<T>) -> (App<T>, OpenApi)
where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<BoxBody>,
            Error = actix_web::Error,
            InitError = (),
        >,
{
    app.into_utoipa_app()
        .openapi(openapi::base())
        .configure(operations::root_routes)
        .service(scope("/api/v1").configure(api))
        .service(scope(gateway::SCOPE).configure(gateway::routes))
        .service(scope(gateway::ANTHROPIC_SCOPE).configure(gateway::anthropic_routes))
        .split_for_parts()
}

/// The OpenAPI document, without a server.
#[must_use]
pub fn document() -> OpenApi {
    openapi::complete(register(App::new()).1)
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

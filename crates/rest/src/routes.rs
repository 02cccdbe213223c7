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
    api_keys, audit_logs, auth, documents, events, feature_flags, invitations, jobs, members,
    middleware::codes::{METHOD_NOT_ALLOWED, ROUTE_UNKNOWN},
    openapi, operations, organization,
    problem::ApiError,
    records, tickets, uploads,
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
        .split_for_parts()
}

/// The OpenAPI document, without a server.
#[must_use]
pub fn document() -> OpenApi {
    openapi::complete(register(App::new()).1)
}

/// The methods of each documented path.
pub(crate) struct Methods(Vec<(Vec<String>, String)>);

impl Methods {
    pub(crate) fn of(document: &OpenApi) -> Self {
        let known = document.paths.paths.iter().map(|(path, item)| {
            let methods = [
                ("GET, HEAD", item.get.is_some()),
                ("PUT", item.put.is_some()),
                ("POST", item.post.is_some()),
                ("PATCH", item.patch.is_some()),
                ("DELETE", item.delete.is_some()),
                ("OPTIONS", item.options.is_some()),
            ];
            let methods = methods.iter().filter(|(_, known)| *known).map(|(name, _)| *name);
            (path.split('/').map(str::to_owned).collect(), methods.collect::<Vec<_>>().join(", "))
        });
        Self(known.collect())
    }

    /// The methods of a path; a fixed segment takes precedence over a
    /// parameter.
    fn of_path(&self, path: &str) -> Option<&str> {
        let given = path.split('/').collect::<Vec<_>>();
        let fits = |known: &[String]| {
            known.len() == given.len()
                && known.iter().zip(&given).all(|(known, given)| {
                    known == given || (known.starts_with('{') && !given.is_empty())
                })
        };
        let found = self.0.iter().filter(|(known, _)| fits(known));
        let parameters = |known: &[String]| known.iter().filter(|s| s.starts_with('{')).count();
        found.min_by_key(|(known, _)| parameters(known)).map(|(_, methods)| methods.as_str())
    }
}

/// The response when no route matches: 405 for a known path, 404 otherwise.
pub(crate) async fn unknown(
    request: HttpRequest,
    methods: Data<Methods>,
) -> Result<HttpResponse, ApiError> {
    if let Some(allow) = methods.of_path(request.path()) {
        let detail = format!("this path knows {allow}");
        let error = ApiError::new(StatusCode::METHOD_NOT_ALLOWED, METHOD_NOT_ALLOWED, detail);
        return Err(ApiError { allow: Some(allow.into()), ..error });
    }
    let shorter = request.path().trim_end_matches('/');
    let detail = match methods.of_path(shorter) {
        Some(_) => format!("there is nothing here; {shorter} has no slash at its end"),
        None => "there is nothing here".to_owned(),
    };
    Err(ApiError::new(StatusCode::NOT_FOUND, ROUTE_UNKNOWN, detail))
}

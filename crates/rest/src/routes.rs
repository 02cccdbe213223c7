//! Which handler answers where.

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
    api_keys, audit_logs, auth, documents, events, feature_flags,
    gate::{METHOD_NOT_ALLOWED, ROUTE_UNKNOWN},
    invitations, jobs, members, openapi, operations, organization,
    problem::ApiError,
    projects, uploads,
};

fn api(config: &mut ServiceConfig) {
    config
        .service(operations::root)
        .service(operations::health)
        .service(openapi::get_openapi)
        .service(auth::register)
        .service(auth::login)
        .service(auth::refresh)
        .service(auth::logout)
        .service(auth::switch)
        .service(auth::change_password)
        .service(auth::get_me)
        .service(organization::get_organization)
        .service(organization::update_organization)
        .service(members::list_members)
        .service(members::get_member)
        .service(members::update_member)
        .service(members::remove_member)
        .service(invitations::list_invitations)
        .service(invitations::create_invitation)
        .service(invitations::accept_invitation)
        .service(invitations::revoke_invitation)
        .service(api_keys::list_api_keys)
        .service(api_keys::create_api_key)
        .service(api_keys::revoke_api_key)
        .configure(projects::routes)
        .service(documents::list_documents)
        .service(documents::create_document)
        .service(documents::create_direct_upload)
        .service(documents::complete_direct_upload)
        .service(documents::abandon_direct_upload)
        .service(documents::get_document)
        .service(documents::update_document)
        .service(documents::delete_document)
        .service(documents::put_document_content)
        .service(documents::get_document_content)
        .service(documents::list_document_versions)
        .service(documents::get_document_thumbnail)
        .service(uploads::describe_uploads)
        .service(uploads::create_upload)
        .service(uploads::get_upload)
        .service(uploads::append_upload)
        .service(uploads::terminate_upload)
        .service(jobs::list_jobs)
        .service(jobs::get_job)
        .service(jobs::retry_job)
        .service(jobs::cancel_job)
        .service(audit_logs::list_audit_logs)
        .service(audit_logs::verify_audit_log)
        .service(events::get_events)
        .service(events::stream_events)
        .service(events::open_socket)
        .service(feature_flags::list_feature_flags)
        .service(feature_flags::set_feature_flag)
        .service(feature_flags::clear_feature_flag);
}

/// Registers every route, and answers the document that describes them.
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
    let (app, document) = app
        .into_utoipa_app()
        .openapi(openapi::base())
        .service(operations::health)
        .service(operations::ready)
        .service(operations::healthz)
        .service(scope("/api/v1").configure(api))
        .split_for_parts();
    (app, openapi::complete(document))
}

/// The OpenAPI document, without a server.
#[must_use]
pub fn document() -> OpenApi {
    register(App::new()).1
}

/// The methods that each documented path knows.
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

    /// What a path allows; a fixed segment goes before a parameter.
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

/// What no route wants: 405 where the path is known, 404 elsewhere.
pub(crate) async fn unknown(
    request: HttpRequest,
    methods: Data<Methods>,
) -> Result<HttpResponse, ApiError> {
    Err(match methods.of_path(request.path()) {
        Some(allow) => ApiError {
            allow: Some(allow.to_owned()),
            ..ApiError::new(
                StatusCode::METHOD_NOT_ALLOWED,
                METHOD_NOT_ALLOWED,
                format!("this path knows {allow}"),
            )
        },
        None => ApiError::new(StatusCode::NOT_FOUND, ROUTE_UNKNOWN, "there is nothing here"),
    })
}

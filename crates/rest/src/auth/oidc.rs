//! `/auth/oidc` and `/me/identities`: logins by providers of identities.

mod dto;
mod sso;

use actix_web::{HttpResponse, delete, get, http::header, post, web::Path};
use plinth_application::identity::{OidcAnswer, OidcLogin, OidcLoginEnd};
use plinth_ports::UserIdentity;
use serde::Serialize;

use super::dto::SignedInView;
use crate::{
    json::Body,
    middleware::{App, Authenticated, RequestOrigin},
    path::PathId,
    problem::ApiError,
    routing::Routes,
};
pub(crate) use dto::CODES;
use dto::{
    BegunOidcView, IdentitiesView, IdentityView, OidcAnswerForm, OidcLoginForm, OidcProvidersView,
    OidcRegistrationForm, OidcStartForm, PendingIdentityView,
};

pub(super) fn routes(config: &mut Routes<'_>) {
    config
        .service(get_oidc_providers)
        .service(begin_oidc_login)
        .service(sso::begin_sso_login)
        .service(complete_oidc_login)
        .service(register_by_oidc)
        .service(list_identities)
        .service(begin_identity)
        .service(complete_identity)
        .service(remove_identity);
}

/// An answer with a secret, which no cache may store.
fn once(mut response: actix_web::HttpResponseBuilder, view: impl Serialize) -> HttpResponse {
    response.insert_header((header::CACHE_CONTROL, "no-store")).json(view)
}

/// List the providers by which users log in (`oidc.providers`).
#[utoipa::path(
    tag = "auth",
    operation_id = "get_oidc_providers",
    responses((status = 200, body = OidcProvidersView)),
    security(()),
)]
#[get("/auth/oidc/providers")]
pub(crate) async fn get_oidc_providers(app: App) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(OidcProvidersView::from(app.oidc_providers())))
}

/// Begin a login at a provider: get the address that the browser goes to. The provider sends it back
/// with `code`, `state` and perhaps `iss`, by which the login is completed within ten minutes, together
/// with the `binding`. Keep the binding where no other client reads it.
#[utoipa::path(
    tag = "auth",
    operation_id = "begin_oidc_login",
    params(("provider" = String, Path, description = "The provider's id", max_length = 50)),
    request_body = OidcStartForm,
    responses(
        (status = 200, body = BegunOidcView),
        (status = 404, description = "not_found"),
        (status = 503, description = "oidc.unreachable"),
    ),
    security(()),
)]
#[post("/auth/oidc/{provider}/start")]
pub(crate) async fn begin_oidc_login(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    provider: Path<String>,
    body: Body<OidcStartForm>,
) -> Result<HttpResponse, ApiError> {
    let start = body.value;
    let begun = app.begin_oidc_login(&origin, &provider, start.reauthenticates).await?;
    Ok(once(HttpResponse::Ok(), BegunOidcView::new(begun, start.return_to)))
}

/// Complete a login at a provider of the installation, or at that of an organization, whose name in the
/// path is that of `POST /auth/sso/start`. An account with a second factor gets no tokens, but 401 with a
/// `challenge` for `POST /auth/login/second-factor`. A user without an account gets 202 with a token for
/// `POST /auth/oidc/register`.
#[utoipa::path(
    tag = "auth",
    operation_id = "complete_oidc_login",
    params(("provider" = String, Path, description = "The provider's id", max_length = 50)),
    request_body = OidcLoginForm,
    responses(
        (status = 200, body = SignedInView),
        (status = 202, body = PendingIdentityView),
        (
            status = 401,
            description = "auth.invalid_credentials, auth.second_factor_needed, \
                oidc.invalid_state, oidc.not_confirmed",
        ),
        (
            status = 403,
            description = "auth.no_organization, limit.reached, oidc.email_unverified, \
                sso.domain_other, sso.required, sso.role_gone",
        ),
        (status = 404, description = "not_found"),
        (
            status = 409,
            description = "auth.email_taken, identity.taken, member.exists, plan_limit_exceeded",
        ),
        (status = 503, description = "oidc.unreachable"),
    ),
    security(()),
)]
#[post("/auth/oidc/{provider}/complete")]
pub(crate) async fn complete_oidc_login(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    provider: Path<String>,
    body: Body<OidcLoginForm>,
) -> Result<HttpResponse, ApiError> {
    let (answer, organization) = body.value;
    let answer = OidcAnswer { provider: provider.into_inner(), ..answer };
    Ok(match app.complete_oidc_login(&origin, OidcLogin { answer, organization }).await? {
        OidcLoginEnd::SignedIn(signed_in) => SignedInView::respond(&signed_in),
        OidcLoginEnd::Unknown(pending) => {
            once(HttpResponse::Accepted(), PendingIdentityView::from(pending))
        }
    })
}

/// Make an account for a user who is known to a provider, with a new organization or by an invitation,
/// and get the first tokens. The account has no password.
#[utoipa::path(
    tag = "auth",
    operation_id = "register_by_oidc",
    request_body = OidcRegistrationForm,
    responses(
        (status = 201, body = SignedInView),
        (status = 401, description = "auth.invalid_token, oidc.invalid_registration"),
        (status = 403, description = "invitation.other_address, sso.required"),
        (
            status = 409,
            description = "auth.email_taken, identity.taken, invitation.withdrawn, \
                member.exists, organization.slug_taken, state.transition",
        ),
    ),
    security(()),
)]
#[post("/auth/oidc/register")]
pub(crate) async fn register_by_oidc(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    body: Body<OidcRegistrationForm>,
) -> Result<HttpResponse, ApiError> {
    Ok(SignedInView::created(&app.register_by_oidc(&origin, body.value).await?))
}

/// List the identities at providers by which the caller logs in.
#[utoipa::path(
    tag = "auth",
    operation_id = "list_identities",
    responses(
        (status = 200, body = IdentitiesView),
        (status = 403, description = "auth.users_only, sso.session"),
    ),
    security(("bearer" = [])),
)]
#[get("/me/identities")]
pub(crate) async fn list_identities(
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    let identities = app.user_identities(&caller).await?;
    let view = |identity: &UserIdentity| IdentityView::new(identity, app.oidc_providers());
    let data = identities.iter().map(view).collect();
    Ok(HttpResponse::Ok().json(IdentitiesView { data }))
}

/// Begin to link an identity at a provider to the caller's account, as a login begins. It needs a fresh
/// proof.
#[utoipa::path(
    tag = "auth",
    operation_id = "begin_identity",
    params(("provider" = String, Path, description = "The provider's id", max_length = 50)),
    request_body = OidcStartForm,
    responses(
        (status = 200, body = BegunOidcView),
        (status = 403, description = "auth.step_up_required, auth.users_only, sso.session"),
        (status = 404, description = "not_found"),
        (status = 503, description = "oidc.unreachable"),
    ),
    security(("bearer" = [])),
)]
#[post("/me/identities/{provider}/start")]
pub(crate) async fn begin_identity(
    app: App,
    Authenticated(caller): Authenticated,
    provider: Path<String>,
    body: Body<OidcStartForm>,
) -> Result<HttpResponse, ApiError> {
    let start = body.value;
    let begun = app.begin_oidc_link(&caller, &provider, start.reauthenticates).await?;
    Ok(once(HttpResponse::Ok(), BegunOidcView::new(begun, start.return_to)))
}

/// Link an identity at a provider to the caller's account, with the answer of the provider.
#[utoipa::path(
    tag = "auth",
    operation_id = "complete_identity",
    params(("provider" = String, Path, description = "The provider's id", max_length = 50)),
    request_body = OidcAnswerForm,
    responses(
        (status = 200, body = IdentityView),
        (status = 401, description = "oidc.invalid_state, oidc.not_confirmed"),
        (status = 403, description = "auth.users_only"),
        (status = 404, description = "not_found"),
        (status = 409, description = "identity.taken, identity.too_many"),
        (status = 503, description = "oidc.unreachable"),
    ),
    security(("bearer" = [])),
)]
#[post("/me/identities/{provider}/complete")]
pub(crate) async fn complete_identity(
    app: App,
    Authenticated(caller): Authenticated,
    provider: Path<String>,
    body: Body<OidcAnswerForm>,
) -> Result<HttpResponse, ApiError> {
    let answer = OidcAnswer { provider: provider.into_inner(), ..body.value };
    let identity = app.complete_oidc_link(&caller, answer).await?;
    Ok(HttpResponse::Ok().json(IdentityView::new(&identity, app.oidc_providers())))
}

/// Remove an identity from the caller's account, unless it is the only way to log in. It needs a fresh
/// proof.
#[utoipa::path(
    tag = "auth",
    operation_id = "remove_identity",
    params(("id" = Uuid, Path, description = "The identity's id")),
    responses(
        (status = 204, description = "It logs in no more"),
        (status = 403, description = "auth.step_up_required, auth.users_only, sso.session"),
        (status = 404, description = "not_found"),
        (status = 409, description = "identity.last"),
    ),
    security(("bearer" = [])),
)]
#[delete("/me/identities/{id}")]
pub(crate) async fn remove_identity(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<UserIdentity>,
) -> Result<HttpResponse, ApiError> {
    app.remove_user_identity(&caller, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

//! `/auth` and `/me`

mod avatar;
mod cookies;
mod dto;
mod email;
mod erasure;
mod mails;
mod oidc;
mod profile;
mod second_factor;
mod sessions;

use actix_web::{HttpRequest, HttpResponse, get, post, web::Data};

use crate::{
    config::Config,
    json::Body,
    middleware::{App, Authenticated, RequestOrigin},
    problem::ApiError,
    routing::Routes,
};
use dto::{LoginForm, MeView, NewAccount, PasswordForm, RefreshForm, SwitchForm};
pub(crate) use oidc::CODES as OIDC_CODES;

pub(crate) use dto::SignedInView;
pub(crate) use second_factor::factor;

pub(crate) fn routes(config: &mut Routes<'_>) {
    config
        .service(register)
        .service(login)
        .service(erasure::revoke_organization_erasure)
        .service(refresh)
        .service(logout)
        .service(switch)
        .service(change_password)
        .configure(cookies::routes)
        .configure(mails::routes)
        .configure(oidc::routes)
        .configure(email::routes)
        .configure(sessions::routes)
        .configure(profile::routes)
        .configure(avatar::routes)
        .configure(second_factor::routes)
        .service(get_me);
}

/// Register a user with a new organization, and get the first tokens.
///
/// Where `security.registration` is `confirmed`, the answer is 202 for every address: a mail to it has a
/// link that completes the registration, or tells that it has an account.
#[utoipa::path(
    tag = "auth",
    operation_id = "register",
    request_body = NewAccount,
    responses(
        (status = 201, body = SignedInView),
        (status = 202, description = "A mail is sent to the address"),
        (status = 403, description = "mail.none"),
        (status = 409, description = "auth.email_taken, organization.slug_taken"),
        (status = 503, description = "auth.busy"),
    ),
    security(()),
)]
#[post("/auth/register")]
pub(crate) async fn register(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    body: Body<NewAccount>,
) -> Result<HttpResponse, ApiError> {
    if app.confirms_registrations() {
        app.request_registration(&origin, body.value).await?;
        return Ok(HttpResponse::Accepted().finish());
    }
    Ok(SignedInView::created(&app.register(&origin, body.value).await?))
}

/// Log in with a password. An account with a second factor gets no tokens, but 401 with a
/// `challenge` for `POST /auth/login/second-factor`.
#[utoipa::path(
    tag = "auth",
    operation_id = "login",
    request_body = LoginForm,
    responses(
        (status = 200, body = SignedInView),
        (status = 401, description = "auth.invalid_credentials, auth.second_factor_needed"),
        (status = 403, description = "auth.no_organization, sso.required"),
        (status = 503, description = "auth.busy"),
    ),
    security(()),
)]
#[post("/auth/login")]
pub(crate) async fn login(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    body: Body<LoginForm>,
) -> Result<HttpResponse, ApiError> {
    Ok(SignedInView::respond(&app.login(&origin, body.value).await?))
}

/// Exchange a refresh token for the next pair of tokens. Using a refresh token
/// twice ends all sessions of its login.
#[utoipa::path(
    tag = "auth",
    operation_id = "refresh",
    request_body = RefreshForm,
    responses(
        (status = 200, body = SignedInView),
        (status = 401, description = "auth.invalid_token"),
        (status = 403, description = "organization.suspended"),
    ),
    security(()),
)]
#[post("/auth/refresh")]
pub(crate) async fn refresh(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    body: Body<RefreshForm>,
) -> Result<HttpResponse, ApiError> {
    Ok(SignedInView::respond(&app.refresh(&origin, &body.value).await?))
}

/// End the session and all others of the same login. A session in cookies is taken from the browser.
#[utoipa::path(
    tag = "auth",
    operation_id = "logout",
    responses(
        (status = 204, description = "The tokens are revoked"),
        (status = 403, description = "auth.users_only"),
    ),
    security(("bearer" = [])),
)]
#[post("/auth/logout")]
pub(crate) async fn logout(
    request: HttpRequest,
    app: App,
    config: Data<Config>,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    app.logout(&caller).await?;
    let mut response = HttpResponse::NoContent();
    config.cookies.clear(&mut response, request.headers());
    Ok(response.finish())
}

/// Open a session in another organization of the user. A session by the connection of an organization stays
/// in that organization.
#[utoipa::path(
    tag = "auth",
    operation_id = "switch_organization",
    request_body = SwitchForm,
    responses(
        (status = 200, body = SignedInView),
        (status = 403, description = "auth.users_only, sso.required, sso.session"),
        (status = 404, description = "not_found"),
    ),
    security(("bearer" = [])),
)]
#[post("/auth/switch")]
pub(crate) async fn switch(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<SwitchForm>,
) -> Result<HttpResponse, ApiError> {
    Ok(SignedInView::respond(&app.switch(&caller, body.value).await?))
}

/// Change the password. Every other session ends.
#[utoipa::path(
    tag = "auth",
    operation_id = "change_password",
    request_body = PasswordForm,
    responses(
        (status = 200, body = SignedInView),
        (status = 401, description = "auth.invalid_credentials"),
        (status = 403, description = "auth.users_only"),
        (status = 503, description = "auth.busy"),
    ),
    security(("bearer" = [])),
)]
#[post("/auth/password")]
pub(crate) async fn change_password(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<PasswordForm>,
) -> Result<HttpResponse, ApiError> {
    Ok(SignedInView::respond(&app.change_password(&caller, body.value).await?))
}

/// Read the caller's identity and permissions.
///
/// An API key, and a session by an organization's provider of identities, show the membership of their
/// organization only.
#[utoipa::path(
    tag = "auth",
    operation_id = "get_me",
    responses(
        (status = 200, body = MeView),
        (status = 403, description = "auth.users_only"),
    ),
    security(("bearer" = [])),
)]
#[get("/me")]
pub(crate) async fn get_me(
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(MeView::from(app.me(&caller).await?)))
}

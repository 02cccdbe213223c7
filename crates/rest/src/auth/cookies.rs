//! `/auth/cookies`: the session of a browser.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, http::header, post, web::Data};
use chrono::{DateTime, Utc};
use plinth_application::identity::SignedIn;
use serde::Serialize;
use utoipa::ToSchema;

use super::dto::{AffiliationView, RefreshForm, UserView};
use crate::{
    config::Config,
    cookies::is_own_page,
    json::Body,
    middleware::{App, RequestOrigin, codes::AUTH_FOREIGN_PAGE},
    problem::ApiError,
    routing::Routes,
};

pub(super) fn routes(config: &mut Routes<'_>) {
    config.service(refresh_cookies).service(set_cookies);
}

/// A session whose tokens are in cookies.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CookieSessionView {
    /// What writes repeat in `X-CSRF-Token`. It is in the cookie `plinth_csrf`, too, which scripts may
    /// read, and changes at each refresh.
    csrf_token: String,
    expires_at: DateTime<Utc>,
    refresh_expires_at: DateTime<Utc>,
    user: UserView,
    organization: AffiliationView,
}

/// Move a session into cookies.
///
/// For pages of this server, so that no script keeps tokens. The refresh token is used, as by
/// `POST /auth/refresh`; the next pair is in cookies that scripts cannot read. Requests of the page are
/// then authenticated by them. A request that is not a GET repeats the `csrf_token` in `X-CSRF-Token`.
#[utoipa::path(
    tag = "auth",
    operation_id = "set_cookies",
    request_body = RefreshForm,
    responses(
        (status = 200, body = CookieSessionView),
        (status = 401, description = "auth.invalid_token"),
        (status = 403, description = "auth.foreign_page, organization.suspended"),
    ),
    security(()),
)]
#[post("/auth/cookies")]
pub(crate) async fn set_cookies(
    request: HttpRequest,
    app: App,
    config: Data<Config>,
    RequestOrigin(origin): RequestOrigin,
    body: Body<RefreshForm>,
) -> Result<HttpResponse, ApiError> {
    own_page(&request)?;
    Ok(respond(&app, &config, &app.refresh(&origin, &body.value).await?))
}

/// Refresh the session of the request's cookies. Tabs that do so within ten seconds get the same
/// session.
#[utoipa::path(
    tag = "auth",
    operation_id = "refresh_cookies",
    responses(
        (status = 200, body = CookieSessionView),
        (status = 401, description = "auth.invalid_token, auth.required"),
        (status = 403, description = "auth.foreign_page, organization.suspended"),
    ),
    security(()),
)]
#[post("/auth/cookies/refresh")]
pub(crate) async fn refresh_cookies(
    request: HttpRequest,
    app: App,
    config: Data<Config>,
    RequestOrigin(origin): RequestOrigin,
) -> Result<HttpResponse, ApiError> {
    own_page(&request)?;
    let token = config.cookies.refresh(request.headers()).ok_or_else(ApiError::unauthenticated)?;
    Ok(respond(&app, &config, &app.refresh(&origin, token).await?))
}

fn own_page(request: &HttpRequest) -> Result<(), ApiError> {
    if is_own_page(request.headers()) {
        return Ok(());
    }
    let detail = "only pages of this server keep a session in cookies";
    Err(ApiError::new(StatusCode::FORBIDDEN, AUTH_FOREIGN_PAGE, detail))
}

fn respond(app: &App, config: &Config, signed_in: &SignedIn) -> HttpResponse {
    let tokens = &signed_in.tokens;
    let mut response = HttpResponse::Ok();
    config.cookies.set(&mut response, tokens, app.now());
    response.insert_header((header::CACHE_CONTROL, "no-store")).json(CookieSessionView {
        csrf_token: config.cookies.csrf(&tokens.access.hash()),
        expires_at: tokens.access_expires_at,
        refresh_expires_at: tokens.refresh_expires_at,
        user: UserView::from(&signed_in.user),
        organization: AffiliationView::of(&signed_in.organization, signed_in.membership.role),
    })
}

//! `/me/sessions`

use actix_web::{HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use plinth_application::identity::LoginSession;
use plinth_domain::Family;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    routing::Routes,
};

pub(super) fn routes(config: &mut Routes<'_>) {
    config.service(list_sessions).service(revoke_other_sessions).service(revoke_session);
}

/// A login of the user, with all that it has opened.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginSessionView {
    id: Uuid,
    /// What the client calls itself (`User-Agent`), cut at 200 characters.
    #[schema(example = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")]
    device: Option<String>,
    /// The address of its last refresh.
    #[schema(example = "203.0.113.7")]
    address: Option<String>,
    /// When the user logged in.
    created_at: DateTime<Utc>,
    /// When its tokens were last made: at the login, at a refresh or in another organization.
    last_used_at: DateTime<Utc>,
    /// Whether the request belongs to it.
    is_current: bool,
}

impl From<LoginSession> for LoginSessionView {
    fn from(login: LoginSession) -> Self {
        Self {
            id: login.family.uuid(),
            device: login.device.map(|device| device.as_str().to_owned()),
            address: login.address.map(|address| address.to_string()),
            created_at: login.created_at,
            last_used_at: login.used_at,
            is_current: login.is_current,
        }
    }
}

/// The logins of the user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginSessionsView {
    /// Those that have not ended, the one that was used last at the beginning; at most 100.
    data: Vec<LoginSessionView>,
}

/// List the caller's logins.
///
/// A session by an organization's provider of identities sees, and ends, those by this provider only.
#[utoipa::path(
    tag = "auth",
    operation_id = "list_sessions",
    responses(
        (status = 200, body = LoginSessionsView),
        (status = 403, description = "auth.users_only"),
    ),
    security(("bearer" = [])),
)]
#[get("/me/sessions")]
pub(crate) async fn list_sessions(
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    let logins = app.login_sessions(&caller).await?;
    let data = logins.into_iter().map(LoginSessionView::from).collect();
    Ok(HttpResponse::Ok().json(LoginSessionsView { data }))
}

/// End one of the caller's logins, in every organization. It may be the current one.
#[utoipa::path(
    tag = "auth",
    operation_id = "revoke_session",
    params(("id" = Uuid, Path, description = "The login's id")),
    responses(
        (status = 204, description = "Its tokens are revoked"),
        (status = 403, description = "auth.users_only"),
        (status = 404, description = "not_found"),
    ),
    security(("bearer" = [])),
)]
#[delete("/me/sessions/{id}")]
pub(crate) async fn revoke_session(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Family>,
) -> Result<HttpResponse, ApiError> {
    app.end_login(&caller, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// End all of the caller's logins but the current one, in every organization.
#[utoipa::path(
    tag = "auth",
    operation_id = "revoke_other_sessions",
    responses(
        (status = 204, description = "Their tokens are revoked"),
        (status = 403, description = "auth.users_only"),
    ),
    security(("bearer" = [])),
)]
#[post("/me/sessions/revoke-others")]
pub(crate) async fn revoke_other_sessions(
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    app.end_other_logins(&caller).await?;
    Ok(HttpResponse::NoContent().finish())
}

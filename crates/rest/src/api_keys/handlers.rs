use actix_web::{HttpResponse, delete, get, post};
use plinth_application::api_keys::{ListApiKeys, RevokeApiKey};
use plinth_domain::ApiKey;

use super::dto::{ApiKeyView, NewApiKey, NewApiKeyView};
use crate::{
    etag::IfMatch,
    gate::{App, Signed},
    idempotency,
    json::Body,
    list::{ListQuery, ListView},
    path::PathId,
    problem::ApiError,
};

/// List the API keys, the revoked ones too.
#[utoipa::path(
    tag = "api-keys",
    operation_id = "list_api_keys",
    responses((status = 200, body = ListView<ApiKeyView>)),
    security(("bearer" = ["api_key:read"])),
)]
#[get("/api-keys")]
pub(crate) async fn list_api_keys(
    app: App,
    Signed(caller): Signed,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let page = query.page(&caller)?;
    let found = app.query(&caller, ListApiKeys { page }).await?;
    Ok(query.respond(found, |key| ApiKeyView::from(&key)))
}

/// Make an API key.
#[utoipa::path(
    tag = "api-keys",
    operation_id = "create_api_key",
    request_body = NewApiKey,
    responses((status = 201, body = NewApiKeyView)),
    security(("bearer" = ["api_key:create"])),
)]
#[post("/api-keys")]
pub(crate) async fn create_api_key(
    app: App,
    Signed(caller): Signed,
    body: Body<NewApiKey>,
) -> Result<HttpResponse, ApiError> {
    let answer = app.execute_once(&caller, body.key, body.value, |created| {
        let version = created.key.revision.version;
        idempotency::shown_once(version, |secret| NewApiKeyView::of(created, secret))
    });
    idempotency::respond(answer.await?)
}

/// Revoke an API key.
#[utoipa::path(
    tag = "api-keys",
    operation_id = "revoke_api_key",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "It admits nobody any more")),
    security(("bearer" = ["api_key:revoke"])),
)]
#[delete("/api-keys/{id}")]
pub(crate) async fn revoke_api_key(
    app: App,
    Signed(caller): Signed,
    id: PathId<ApiKey>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RevokeApiKey { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

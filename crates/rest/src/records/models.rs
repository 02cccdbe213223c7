//! `/models`

mod body;
mod prices;
mod view;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use plinth_application::models::{GetModel, ListModels, RemoveModel, UpdateModel};
use plinth_domain::{Model, ModelKind, ModelProvider, ModelStatus};
use plinth_ports::{ModelFilter, ModelSort, Search};

use crate::{
    etag::{self, IfMatch},
    idempotency,
    json::Body,
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
};
use body::{ModelPatch, NewModel};
use view::{ModelKindName, ModelProviderName, ModelStatusName, ModelView};

pub(super) const RECORD: Record =
    Record { routes, tag: ("models", "Models of providers, as the organization calls them") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_models)
        .service(create_model)
        .service(get_model)
        .service(update_model)
        .service(delete_model)
        .service(prices::list_model_prices)
        .service(prices::create_model_price);
}

/// Create a model.
///
/// The secret is stored encrypted, and no operation shows more than its last four characters.
#[utoipa::path(
    tag = "models",
    operation_id = "create_model",
    params(idempotency::Key),
    request_body = NewModel,
    responses(
        (status = 201, body = ModelView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "model.name_taken, secret.no_master_key"),
    ),
    security(("bearer" = ["model:create"])),
)]
#[post("/models")]
pub(crate) async fn create_model(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewModel>,
) -> Result<HttpResponse, ApiError> {
    idempotency::create::<ModelView, Model, _>(&app, &caller, body.key, body.value).await
}

/// List models.
#[utoipa::path(
    tag = "models",
    operation_id = "list_models",
    params(
        ("kind" = Option<Vec<ModelKindName>>, Query, description = "One of these kinds"),
        ("provider" = Option<Vec<ModelProviderName>>, Query, description = "One of these providers"),
        ("status" = Option<Vec<ModelStatusName>>, Query, description = "One of these statuses"),
        ("q" = Option<String>, Query, min_length = 1, max_length = 100, description = "Words in the name, here or at the provider"),
        Paging<ModelSort>,
    ),
    responses((status = 200, body = ListView<ModelView>, headers(("Link")))),
    security(("bearer" = ["model:read"])),
)]
#[get("/models")]
pub(crate) async fn list_models(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let providers = ModelProvider::ALL.map(ModelProvider::name);
    let filter = ModelFilter {
        kind: query.one_of("kind", ModelKind::NAMES, ModelKind::from_name),
        provider: query.one_of("provider", &providers, ModelProvider::from_name),
        status: query.one_of("status", ModelStatus::NAMES, ModelStatus::from_name),
        search: query.text("q", 100).map(|q| Search::new(&q, false)),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListModels { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, ModelView::from).await
}

/// Read a model.
#[utoipa::path(
    tag = "models",
    operation_id = "get_model",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = ModelView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["model:read"])),
)]
#[get("/models/{id}")]
pub(crate) async fn get_model(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Model>,
) -> Result<HttpResponse, ApiError> {
    let model = app.query(&caller, GetModel { id: id.0 }).await?;
    let version = model.revision.version;
    etag::item(&request, &ModelView::from(model), version)
}

/// Change a model.
///
/// A new `base_url` needs the `secret` again, or `null`: a stored secret is never sent to another
/// address.
#[utoipa::path(
    tag = "models",
    operation_id = "update_model",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = ModelPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = ModelView, headers(("ETag"))),
        (status = 409, description = "model.name_taken, secret.no_master_key"),
    ),
    security(("bearer" = ["model:update"])),
)]
#[patch("/models/{id}")]
pub(crate) async fn update_model(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Model>,
    expected: IfMatch,
    body: Body<ModelPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = UpdateModel { id: id.0, expected: expected.0, update: body.value };
    let model = app.execute(&caller, command).await?;
    let version = model.revision.version;
    Ok(etag::changed(&ModelView::from(model), version))
}

/// Remove a model permanently, with its prices and its secret.
#[utoipa::path(
    tag = "models",
    operation_id = "delete_model",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The model is removed"),
        (status = 409, description = "record.in_use"),
    ),
    security(("bearer" = ["model:delete"])),
)]
#[delete("/models/{id}")]
pub(crate) async fn delete_model(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Model>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RemoveModel { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

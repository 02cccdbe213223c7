use actix_web::{HttpResponse, get, web::Path};
use plinth_application::executions::{CallableName, ListCallableNames};
use serde::Serialize;
use utoipa::ToSchema;

use super::target::unknown;
use crate::{
    middleware::{App, Authenticated},
    problem::ApiError,
};

/// What can be called.
#[derive(Serialize, ToSchema)]
struct OpenAiModelListView {
    #[schema(example = "list")]
    object: &'static str,
    data: Vec<OpenAiModelView>,
}

/// A model, or a prompt.
#[derive(Serialize, ToSchema)]
struct OpenAiModelView {
    /// The name, as the parameter `model` takes it.
    #[schema(example = "prompt:greeting")]
    id: String,
    #[schema(example = "model")]
    object: &'static str,
    /// Seconds since 1970.
    created: i64,
    /// The provider of a model, or `plinth` for a prompt.
    #[schema(example = "plinth")]
    owned_by: &'static str,
}

impl From<CallableName> for OpenAiModelView {
    fn from(callable: CallableName) -> Self {
        Self {
            id: callable.name,
            object: "model",
            created: callable.created_at.timestamp(),
            owned_by: callable.provider.unwrap_or("plinth"),
        }
    }
}

/// List what can be called, in the form of OpenAI's API: the active models, then the active prompts.
#[utoipa::path(
    tag = "openai",
    operation_id = "get_openai_models",
    responses((status = 200, body = OpenAiModelListView)),
    security(("bearer" = ["execution:create"])),
)]
#[get("/models")]
pub(super) async fn get_openai_models(
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    let names = app.query(&caller, ListCallableNames).await?;
    let data = names.into_iter().map(OpenAiModelView::from).collect();
    Ok(HttpResponse::Ok().json(OpenAiModelListView { object: "list", data }))
}

/// Read what can be called by a name, in the form of OpenAI's API.
#[utoipa::path(
    tag = "openai",
    operation_id = "get_openai_model",
    params(("model" = String, Path, max_length = 200, description = "The name; its slashes may be written as they are")),
    responses(
        (status = 200, body = OpenAiModelView),
        (status = 404, description = "model.unknown"),
    ),
    security(("bearer" = ["execution:create"])),
)]
#[get("/models/{model:.+}")]
pub(super) async fn get_openai_model(
    app: App,
    Authenticated(caller): Authenticated,
    name: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let names = app.query(&caller, ListCallableNames).await?;
    let found = names.into_iter().find(|callable| callable.name == *name);
    Ok(HttpResponse::Ok().json(OpenAiModelView::from(found.ok_or_else(unknown)?)))
}

//! `/prompts`

mod body;
mod gate;
mod labels;
mod rendering;
mod version_body;
mod versions;
mod view;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use plinth_application::prompts::{GetPrompt, ListPrompts, RemovePrompt, UpdatePrompt};
use plinth_domain::{Prompt, PromptChoice, PromptName, Text};
use plinth_ports::{PromptFilter, PromptKey, PromptSort, Search};

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
use body::{NewPrompt, PromptPatch};
use view::PromptView;

pub(super) const RECORD: Record = Record {
    routes,
    tag: ("prompts", "What models are asked: templates in versions, with labels"),
};

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_prompts)
        .service(create_prompt)
        .service(get_prompt)
        .service(update_prompt)
        .service(delete_prompt)
        .service(versions::list_prompt_versions)
        .service(versions::create_prompt_version)
        .service(versions::get_prompt_version)
        .service(labels::list_prompt_labels)
        .service(labels::set_prompt_label)
        .service(labels::delete_prompt_label)
        .service(rendering::render_prompt);
}

/// Create a prompt with its first version. One with a `release_gate` needs the permission
/// `prompt:release`, too.
#[utoipa::path(
    tag = "prompts",
    operation_id = "create_prompt",
    params(idempotency::Key),
    request_body = NewPrompt,
    responses(
        (status = 201, body = PromptView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "prompt.name_taken"),
    ),
    security(("bearer" = ["prompt:create"])),
)]
#[post("/prompts")]
pub(crate) async fn create_prompt(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewPrompt>,
) -> Result<HttpResponse, ApiError> {
    idempotency::create::<PromptView, Prompt, _>(&app, &caller, body.key, body.value).await
}

/// List prompts, each with the version that has the label `production`, else with its newest one.
#[utoipa::path(
    tag = "prompts",
    operation_id = "list_prompts",
    params(
        ("name" = Option<String>, Query, pattern = "^[a-z0-9._-]{1,100}$", description = "Filter by name"),
        ("tag" = Option<String>, Query, min_length = 1, max_length = 50, description = "With this tag"),
        ("is_active" = Option<bool>, Query, description = "Only those that may be executed, or only those that may not"),
        ("q" = Option<String>, Query, min_length = 1, max_length = 100, description = "Words in name or description; tolerates typos"),
        Paging<PromptSort>,
    ),
    responses(
        (status = 200, body = ListView<PromptView>, headers(("Link"))),
    ),
    security(("bearer" = ["prompt:read"])),
)]
#[get("/prompts")]
pub(crate) async fn list_prompts(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let filter = PromptFilter {
        name: query.take("name", "1 to 100 of a-z, 0-9, '.', '_' and '-'", |text| {
            PromptName::parse(text).ok()
        }),
        tag: query.take("tag", "1 to 50 characters", |text| Text::parse(text).ok()),
        active: query.take("is_active", "true or false", |text| text.parse().ok()),
        search: query.text("q", 100).map(|q| Search::new(&q, true)),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListPrompts { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, PromptView::from).await
}

/// Read a prompt with one version: that with `label`, or with the label `production`, or the newest one
/// where no version has that label.
#[utoipa::path(
    tag = "prompts",
    operation_id = "get_prompt",
    params(
        ("id" = Uuid, Path),
        ("label" = Option<String>, Query, pattern = "^[a-z0-9._-]{1,50}$", description = "Show the version with this label; `latest` is the newest one"),
        etag::Conditional,
    ),
    responses(
        (status = 200, body = PromptView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["prompt:read"])),
)]
#[get("/prompts/{id}")]
pub(crate) async fn get_prompt(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Prompt>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let expected = "1 to 50 of a-z, 0-9, '.', '_' and '-', one of them a letter";
    let choice = query.take("label", expected, |text| PromptChoice::labelled(text).ok());
    query.done()?;
    let (prompt, choice) = (PromptKey::Id(id.0), choice.unwrap_or_default());
    let prompt = app.query(&caller, GetPrompt { prompt, choice }).await?;
    let version = prompt.revision.version;
    etag::item(&request, &PromptView::from(prompt), version)
}

/// Change a prompt. Its versions never change: add another one. To change `protected_labels` or
/// `release_gate` needs the permission `prompt:release`, too.
#[utoipa::path(
    tag = "prompts",
    operation_id = "update_prompt",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = PromptPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = PromptView, headers(("ETag"))),
        (status = 409, description = "prompt.name_taken"),
    ),
    security(("bearer" = ["prompt:update"])),
)]
#[patch("/prompts/{id}")]
pub(crate) async fn update_prompt(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Prompt>,
    expected: IfMatch,
    body: Body<PromptPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = UpdatePrompt { id: id.0, expected: expected.0, changes: body.value };
    let prompt = app.execute(&caller, command).await?;
    let version = prompt.revision.version;
    Ok(etag::changed(&PromptView::from(prompt), version))
}

/// Remove a prompt permanently, with its versions and its labels.
#[utoipa::path(
    tag = "prompts",
    operation_id = "delete_prompt",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The prompt is removed"),
        (status = 409, description = "record.in_use"),
    ),
    security(("bearer" = ["prompt:delete"])),
)]
#[delete("/prompts/{id}")]
pub(crate) async fn delete_prompt(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Prompt>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RemovePrompt { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

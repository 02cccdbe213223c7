use actix_web::{HttpRequest, HttpResponse, get, post};
use plinth_application::{
    Error, Rendered,
    prompts::{
        AddPromptVersion, AddedVersion, GetPromptVersion, ListPromptVersions, NewPromptVersion,
    },
};
use plinth_domain::Prompt;
use plinth_ports::PromptVersionSort;

use super::{
    version_body::{BYTES, PromptMessageBody, version_body},
    view::PromptVersionView,
};
use crate::{
    etag::MaybeIfMatch,
    idempotency,
    json::{Body, Faults, Form},
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
};

version_body! {
    /// A new version of a prompt.
    NewPromptVersionBody {}
}

impl Form for NewPromptVersionBody {
    type Value = NewPromptVersion;
    const BYTES: usize = BYTES;

    fn check(mut self, f: &mut Faults) -> Option<NewPromptVersion> {
        self.version().check(f)
    }
}

/// List the versions of a prompt, the newest first.
#[utoipa::path(
    tag = "prompts",
    operation_id = "list_prompt_versions",
    params(("id" = Uuid, Path), Paging<PromptVersionSort>),
    responses((status = 200, body = ListView<PromptVersionView>, headers(("Link")))),
    security(("bearer" = ["prompt:read"])),
)]
#[get("/prompts/{id}/versions")]
pub(crate) async fn list_prompt_versions(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Prompt>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let page = query.page(&caller)?;
    let ask = move |page| ListPromptVersions { id: id.0, page };
    query.answer(app, caller, page, ask, PromptVersionView::from).await
}

/// Add a version to a prompt. It never changes.
#[utoipa::path(
    tag = "prompts",
    operation_id = "create_prompt_version",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    request_body = NewPromptVersionBody,
    responses(
        (status = 201, body = PromptVersionView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "prompt.versions_exhausted"),
    ),
    security(("bearer" = ["prompt:update"])),
)]
#[post("/prompts/{id}/versions")]
pub(crate) async fn create_prompt_version(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Prompt>,
    expected: MaybeIfMatch,
    body: Body<NewPromptVersionBody>,
) -> Result<HttpResponse, ApiError> {
    let command = AddPromptVersion { id: id.0, expected: expected.0, version: body.value };
    idempotency::respond(app.execute_once(&caller, body.key, command, added).await?)
}

fn added(added: &AddedVersion) -> Result<Rendered, Error> {
    let AddedVersion { prompt, version } = added;
    let location = format!("/api/v1/prompts/{}/versions/{}", prompt.id, version.number);
    let view = PromptVersionView::from(version.clone());
    idempotency::created(&view, prompt.revision.version, location)
}

/// Read one version of a prompt.
#[utoipa::path(
    tag = "prompts",
    operation_id = "get_prompt_version",
    params(
        ("id" = Uuid, Path),
        ("number" = u16, Path, minimum = 1, maximum = 1000, description = "The number of the version"),
    ),
    responses((status = 200, body = PromptVersionView)),
    security(("bearer" = ["prompt:read"])),
)]
#[get("/prompts/{id}/versions/{number}")]
pub(crate) async fn get_prompt_version(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Prompt>,
) -> Result<HttpResponse, ApiError> {
    let text = request.match_info().get("number").unwrap_or_default();
    // One URL for each version: no `+1`, no `01`.
    let number = text.parse::<u16>().ok().filter(|number| number.to_string() == text);
    let number = number.ok_or(Error::NotFound("prompt version"))?;
    let version = app.query(&caller, GetPromptVersion { id: id.0, number }).await?;
    Ok(HttpResponse::Ok().json(PromptVersionView::from(version)))
}

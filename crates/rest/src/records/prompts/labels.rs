use actix_web::{HttpRequest, HttpResponse, delete, get, put};
use plinth_application::{
    Error,
    prompts::{ListPromptLabels, MovePromptLabel, RemovePromptLabel},
};
use plinth_domain::{Invalid, MAX_PROMPT_VERSIONS, Prompt, PromptLabel, codes};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::PromptLabelView;
use crate::{
    etag::{self, IfMatch, MaybeIfMatch},
    json::{Body, Faults, Form},
    list::{ListQuery, ListView},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
};

/// List all labels of a prompt in one page.
#[utoipa::path(
    tag = "prompts",
    operation_id = "list_prompt_labels",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ListView<PromptLabelView>)),
    security(("bearer" = ["prompt:read"])),
)]
#[get("/prompts/{id}/labels")]
pub(crate) async fn list_prompt_labels(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Prompt>,
    query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let labels = app.query(&caller, ListPromptLabels { id: id.0 }).await?;
    Ok(query.answer_whole(labels.into_iter().map(PromptLabelView::from).collect()))
}

/// The version that a label names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PromptLabelTarget {
    /// The number of the version.
    #[schema(minimum = 1, maximum = 1000, example = 1)]
    version: u16,
}

impl Form for PromptLabelTarget {
    type Value = u16;

    fn check(self, f: &mut Faults) -> Option<u16> {
        if (1..=MAX_PROMPT_VERSIONS).contains(&self.version) {
            return Some(self.version);
        }
        let detail = format!("1 to {MAX_PROMPT_VERSIONS}");
        f.check("/version", Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, detail)))
    }
}

/// Give a label to a version, and take it from the one that had it: a release, or a way back. A
/// protected label needs the permission `prompt:release`, and a version that passes the release gate of
/// the prompt. The `ETag` is that of the prompt.
#[utoipa::path(
    tag = "prompts",
    operation_id = "set_prompt_label",
    params(
        ("id" = Uuid, Path),
        ("label" = String, Path, pattern = "^[a-z0-9._-]{1,50}$", description = "The label; not `latest`"),
        MaybeIfMatch,
    ),
    request_body = PromptLabelTarget,
    responses(
        (status = 200, body = PromptLabelView, headers(("ETag"))),
        (status = 400, description = "prompt.label_malformed, prompt.label_reserved"),
        (status = 409, description = "prompt.labels_exhausted, prompt.gate_not_passed"),
    ),
    security(("bearer" = ["prompt:update"])),
)]
#[put("/prompts/{id}/labels/{label}")]
pub(crate) async fn set_prompt_label(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Prompt>,
    expected: MaybeIfMatch,
    body: Body<PromptLabelTarget>,
) -> Result<HttpResponse, ApiError> {
    let label = PromptLabel::parse(label(&request))
        .map_err(|invalid| ApiError::bad_request(invalid.code, invalid.detail))?;
    let command = MovePromptLabel { id: id.0, expected: expected.0, label, version: body.value };
    let moved = app.execute(&caller, command).await?;
    let view = PromptLabelView::from(moved.labelled);
    Ok(etag::changed(&view, moved.prompt.revision.version))
}

/// Remove a label. A protected label needs the permission `prompt:release`, too. The `ETag` is that of
/// the prompt.
#[utoipa::path(
    tag = "prompts",
    operation_id = "delete_prompt_label",
    params(
        ("id" = Uuid, Path),
        ("label" = String, Path, pattern = "^[a-z0-9._-]{1,50}$", description = "The label"),
        IfMatch,
    ),
    responses((status = 204, description = "The label is removed")),
    security(("bearer" = ["prompt:update"])),
)]
#[delete("/prompts/{id}/labels/{label}")]
pub(crate) async fn delete_prompt_label(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Prompt>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let label = PromptLabel::parse(label(&request)).map_err(|_| Error::NotFound("prompt label"))?;
    app.execute(&caller, RemovePromptLabel { id: id.0, expected: expected.0, label }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The `{label}` of the path.
fn label(request: &HttpRequest) -> &str {
    request.match_info().get("label").unwrap_or_default()
}

//! `/comments`

mod dto;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use plinth_application::{
    Rendered,
    comments::{CreateComment, GetComment, ListComments, RemoveComment, UpdateComment},
};
use plinth_domain::{Comment, CommentSubjectKind};
use plinth_ports::{CommentFilter, CommentSort};

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
pub(super) use dto::CommentSubjectTypeName;
use dto::{CommentPatch, CommentView, NewComment};

pub(super) const RECORD: Record =
    Record { routes, tag: ("comments", "What members say about records, and whom they mention") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_comments)
        .service(create_comment)
        .service(get_comment)
        .service(update_comment)
        .service(delete_comment);
}

/// Comment on a record that the caller may read.
///
/// It tells the members whom it mentions, and those who have commented on the record before. A replayed
/// response has no text.
#[utoipa::path(
    tag = "comments",
    operation_id = "create_comment",
    params(idempotency::Key),
    request_body = NewComment,
    responses(
        (status = 201, body = CommentView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 403, description = "limit.reached"),
        (status = 409, description = "notification.recipient_left"),
    ),
    security(("bearer" = ["comment:create"])),
)]
#[post("/comments")]
pub(crate) async fn create_comment(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewComment>,
) -> Result<HttpResponse, ApiError> {
    let command = CreateComment { draft: body.value };
    let answer = app.execute_once(&caller, body.key, command, |comment| {
        let view = || CommentView::from(comment.clone());
        let reply = |view: &CommentView| {
            let location = format!("/api/v1/comments/{}", comment.id);
            idempotency::created(view, comment.revision.version, location)
        };
        let redacted = Some(reply(&view().without_text())?.reply);
        Ok(Rendered { redacted, ..reply(&view())? })
    });
    idempotency::respond(answer.await?)
}

/// List the comments on the records that the caller may read.
#[utoipa::path(
    tag = "comments",
    operation_id = "list_comments",
    params(
        ("subject_type" = Option<Vec<CommentSubjectTypeName>>, Query, description = "On a record of one of these kinds"),
        ("subject_id" = Option<Uuid>, Query, description = "On this record"),
        Paging<CommentSort>,
    ),
    responses((status = 200, body = ListView<CommentView>, headers(("Link")))),
    security(("bearer" = ["comment:read"])),
)]
#[get("/comments")]
pub(crate) async fn list_comments(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let kinds = CommentSubjectKind::ALL.map(CommentSubjectKind::name);
    let filter = CommentFilter {
        kinds: query.one_of("subject_type", &kinds, CommentSubjectKind::from_name),
        subject: query.uuid("subject_id"),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListComments { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, CommentView::from).await
}

/// Read a comment.
#[utoipa::path(
    tag = "comments",
    operation_id = "get_comment",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = CommentView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["comment:read"])),
)]
#[get("/comments/{id}")]
pub(crate) async fn get_comment(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Comment>,
) -> Result<HttpResponse, ApiError> {
    let comment = app.query(&caller, GetComment { id: id.0 }).await?;
    let version = comment.revision.version;
    etag::item(&request, &CommentView::from(comment), version)
}

/// Change a comment. Only its author may.
#[utoipa::path(
    tag = "comments",
    operation_id = "update_comment",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = CommentPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = CommentView, headers(("ETag"))),
        (status = 403, description = "comment.not_author"),
        (status = 409, description = "notification.recipient_left"),
    ),
    security(("bearer" = ["comment:create"])),
)]
#[patch("/comments/{id}")]
pub(crate) async fn update_comment(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Comment>,
    expected: IfMatch,
    body: Body<CommentPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = UpdateComment { id: id.0, expected: expected.0, changes: body.value };
    let comment = app.execute(&caller, command).await?;
    let version = comment.revision.version;
    Ok(etag::changed(&CommentView::from(comment), version))
}

/// Remove a comment permanently, with the notifications about it. Its author may, and who has
/// `comment:moderate`, too.
#[utoipa::path(
    tag = "comments",
    operation_id = "delete_comment",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The comment is removed"),
        (status = 403, description = "comment.not_author"),
    ),
    security(("bearer" = ["comment:create"])),
)]
#[delete("/comments/{id}")]
pub(crate) async fn delete_comment(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Comment>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RemoveComment { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

use actix_web::{HttpRequest, HttpResponse, http::header, post, put};
use futures::TryStreamExt;
use plinth_application::uploads::{UploadBody, UploadSource};
use plinth_domain::Document;

use super::{
    dto::DocumentView,
    form::{self, FileForm, Parts},
};
use crate::{
    etag::MaybeIfMatch,
    idempotency,
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    transfer::{self, FileBody},
};

/// A file with what is said about it, in any order.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it only describes the form")]
pub(crate) struct NewDocument {
    /// What it is called; the file's name when nothing is said.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    name: Option<String>,
    #[schema(value_type = uuid::Uuid, required = false)]
    project_id: Option<uuid::Uuid>,
    /// A JSON object of at most 16 KiB.
    #[schema(value_type = String, required = false, content_media_type = "application/json", example = "{\"berth\": 7}")]
    metadata: Option<String>,
    /// PDF, JPEG, PNG, WebP, HEIC, IFC, or anything else.
    #[schema(value_type = String, format = Binary)]
    file: (),
}

/// Upload a new document.
///
/// The file is streamed into the object storage; its type is told by its
/// content, and a name or `Content-Type` that claims another is refused.
#[utoipa::path(
    tag = "documents",
    operation_id = "create_document",
    params(idempotency::Key),
    request_body(content = NewDocument, content_type = "multipart/form-data"),
    responses(
        (status = 201, body = DocumentView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 400, description = "body.malformed"),
        (status = 409, description = "plan_limit_exceeded"),
        (status = 415, description = "body.media_type"),
        (status = 422, description = "body.invalid"),
    ),
    security(("bearer" = ["document:create"])),
)]
#[post("/documents")]
pub(crate) async fn create_document(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    body: FileBody,
) -> Result<HttpResponse, ApiError> {
    let key = idempotency::name(&request)?;
    let slot = app.reserve_upload(&caller).await?;
    let form = form::form(request.headers(), Box::pin(body.whole()));
    let form = FileForm::read(form).await?;
    let Parts { file, bytes, is_named, complete } = form.split()?;
    let body = UploadBody { bytes, is_named, complete: || complete.take() };
    let upload = Box::pin(app.upload_document(&caller, slot, file, body, key, created));
    let answer = upload.await?;
    idempotency::respond(answer)
}

pub(super) fn created(
    document: &Document,
) -> Result<plinth_application::Rendered, plinth_application::Error> {
    let location = format!("/api/v1/documents/{}", document.id);
    let version = document.revision.version;
    idempotency::created(&DocumentView::from(document.clone()), version, location)
}

/// Upload a new version of a document.
#[utoipa::path(
    tag = "documents",
    operation_id = "put_document_content",
    params(("id" = uuid::Uuid, Path), MaybeIfMatch),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, body = DocumentView, headers(("ETag"))),
        (status = 409, description = "document.concurrent_version, record.in_use, plan_limit_exceeded"),
        (status = 422, description = "body.invalid"),
    ),
    security(("bearer" = ["document:update"])),
)]
#[put("/documents/{id}/content")]
pub(crate) async fn put_document_content(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<plinth_domain::Document>,
    expected: MaybeIfMatch,
    body: FileBody,
) -> Result<HttpResponse, ApiError> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let source = UploadSource {
        length: text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
        claimed_type: text(header::CONTENT_TYPE).map(|kind| kind.chars().take(200).collect()),
        joins: Vec::new(),
    };
    let body = body.whole().map_err(|error| transfer::broken(&error));
    let document = app.upload_version(&caller, id.0, expected.0, source, body).await?;
    let version = document.revision.version;
    Ok(crate::etag::changed(&DocumentView::from(document), version))
}

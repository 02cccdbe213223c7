use actix_web::{
    HttpRequest, HttpResponse, delete, get,
    http::{StatusCode, header},
    options, patch, post,
};
use futures::TryStreamExt;
use plinth_application::uploads::Appended;
use plinth_domain::Upload;

use super::{
    checksum::Checksum,
    concatenation,
    headers::{LENGTH, Tus, bytes, creation, describe, respond, text},
    progress::{describe_joins, describe_progress},
};
use crate::{
    json::codes::BODY_MEDIA_TYPE,
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    transfer::{self, FileBody},
};

/// The media type of a `PATCH`.
const OFFSET_TYPE: &str = "application/offset+octet-stream";

/// What the server's tus protocol can do.
#[utoipa::path(
    tag = "uploads",
    operation_id = "describe_uploads",
    responses((
        status = 204,
        description = "See the headers",
        headers(("Tus-Resumable"), ("Tus-Version"), ("Tus-Extension"), ("Tus-Max-Size"), ("Tus-Checksum-Algorithm")),
    )),
    security(()),
)]
#[options("/uploads")]
pub(crate) async fn describe_uploads(app: App) -> HttpResponse {
    describe(app.max_upload_bytes())
}

/// Begin a resumable upload.
///
/// `Upload-Metadata` says `filename` and, where known, `filetype`,
/// `project_id`, `metadata` (a JSON object), or `document_id` for a new version
/// of a document. Text in Base64, as tus has it.
///
/// With `Upload-Defer-Length: 1` a later `PATCH` tells the length. With
/// `Upload-Concat: partial` the upload leads to no document; one with
/// `Upload-Concat: final;` and the URLs of complete partial uploads, separated
/// by blanks, joins them, and is a document at once.
#[utoipa::path(
    tag = "uploads",
    operation_id = "create_upload",
    params(
        Tus,
        ("Upload-Length" = Option<u64>, Header, description = "The total number of bytes; not with `Upload-Defer-Length` or a final upload"),
        ("Upload-Defer-Length" = Option<String>, Header, pattern = "^1$", description = "A `PATCH` will tell the length"),
        ("Upload-Concat" = Option<String>, Header, pattern = "^(partial|final;.+)$", description = "`partial`, or `final;` and the URLs of the partial uploads, separated by blanks"),
        ("Upload-Metadata" = Option<String>, Header, description = "Pairs of a key and a value in Base64; not needed for a partial upload"),
    ),
    responses(
        (
            status = 201,
            description = "`Location` is the URL of the upload",
            headers(("Location"), ("Tus-Resumable"), ("Upload-Offset"), ("Upload-Length"), ("Upload-Defer-Length"), ("Upload-Concat"), ("Upload-Expires"), ("Plinth-Document")),
        ),
        (status = 400, description = "upload.header"),
        (status = 404, description = "not_found"),
        (status = 409, description = "record.in_use, upload.partial, upload.incomplete, upload.in_use, document.concurrent_version, state.transition, plan_limit_exceeded"),
        (status = 412, description = "upload.version, if_match.stale"),
        (status = 413, description = "document.too_large"),
        (status = 422, description = "body.invalid"),
        (status = 429, description = "upload.share_taken"),
        (status = 503, description = "upload.too_many"),
    ),
    security(("bearer" = ["document:create"])),
)]
#[post("/uploads")]
pub(crate) async fn create_upload(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    _tus: Tus,
) -> Result<HttpResponse, ApiError> {
    let (goal, source) = creation(&request)?;
    let upload = app.create_resumable(&caller, goal, source).await?;
    let mut response = respond(StatusCode::CREATED);
    describe_progress(&mut response, &upload);
    response.insert_header((header::LOCATION, format!("{}{}", concatenation::PATH, upload.id)));
    Ok(response.finish())
}

/// How far a resumable upload has come (`HEAD`).
///
/// When all bytes are stored and the last request could not make a document of
/// them, this makes it.
#[utoipa::path(
    tag = "uploads",
    operation_id = "get_upload",
    params(("id" = uuid::Uuid, Path), Tus),
    responses(
        (
            status = 204,
            description = "`Upload-Offset` is the number of bytes received; an upload that joins others has none before it is a document",
            headers(("Tus-Resumable"), ("Upload-Offset"), ("Upload-Length"), ("Upload-Defer-Length"), ("Upload-Concat"), ("Upload-Expires"), ("Plinth-Document")),
        ),
        (status = 409, description = "upload.partial, document.concurrent_version, state.transition"),
        (status = 412, description = "upload.version, if_match.stale"),
        (status = 422, description = "body.invalid"),
    ),
    security(("bearer" = ["document:create"])),
)]
#[get("/uploads/{id}")]
pub(crate) async fn get_upload(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Upload>,
    _tus: Tus,
) -> Result<HttpResponse, ApiError> {
    let upload = app.find_resumable(&caller, id.0).await?;
    let mut response = respond(StatusCode::NO_CONTENT);
    describe_progress(&mut response, &upload);
    describe_joins(&mut response, &upload, &request)?;
    Ok(response.finish())
}

/// Send more bytes of a resumable upload.
///
/// When the last one is there, the upload becomes the document that
/// `Plinth-Document` names. With `Upload-Checksum` the bytes count only when
/// they have it.
#[utoipa::path(
    tag = "uploads",
    operation_id = "append_upload",
    params(
        ("id" = uuid::Uuid, Path),
        Tus,
        ("Upload-Offset" = u64, Header, description = "The number of bytes received before"),
        ("Upload-Length" = Option<u64>, Header, description = "The total number of bytes, of an upload that began with `Upload-Defer-Length`"),
        ("Upload-Checksum" = Option<String>, Header, pattern = "^(sha1 [A-Za-z0-9+/]{26}[AEIMQUYcgkosw048]=|sha256 [A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)$", description = "`sha1` or `sha256`, and the checksum of this body in Base64"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (
            status = 204,
            description = "`Upload-Offset` is the number of bytes received",
            headers(("Tus-Resumable"), ("Upload-Offset"), ("Upload-Length"), ("Upload-Defer-Length"), ("Upload-Concat"), ("Upload-Expires"), ("Plinth-Document")),
        ),
        (status = 400, description = "upload.header, upload.checksum"),
        (status = 403, description = "upload.joined"),
        (status = 409, description = "upload.offset, upload.length, upload.in_use, document.concurrent_version, state.transition, plan_limit_exceeded"),
        (status = 412, description = "upload.version, if_match.stale"),
        (status = 415, description = "body.media_type"),
        (status = 422, description = "body.invalid"),
        (status = 460, description = "upload.checksum_mismatch"),
    ),
    security(("bearer" = ["document:create"])),
)]
#[patch("/uploads/{id}")]
pub(crate) async fn append_upload(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Upload>,
    _tus: Tus,
    body: FileBody,
) -> Result<HttpResponse, ApiError> {
    if text(&request, "content-type") != Some(OFFSET_TYPE) {
        let detail = format!("the body must be {OFFSET_TYPE}");
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, BODY_MEDIA_TYPE, detail));
    }
    let appended = Appended {
        offset: bytes(&request, "Upload-Offset")?,
        length: if request.headers().contains_key(LENGTH) {
            Some(bytes(&request, LENGTH)?)
        } else {
            None
        },
    };
    let checksum = text(&request, "Upload-Checksum").map(Checksum::parse).transpose()?;
    let body = body.resumable().map_err(|error| transfer::broken(&error));
    let upload = if let Some(sum) = &checksum {
        let verify = Some(|| sum.verify());
        app.append_resumable(&caller, id.0, appended, sum.over(body), verify).await?
    } else {
        let unverified = None::<fn() -> Result<(), ApiError>>;
        app.append_resumable(&caller, id.0, appended, body, unverified).await?
    };
    let mut response = respond(StatusCode::NO_CONTENT);
    describe_progress(&mut response, &upload);
    Ok(response.finish())
}

/// Give a resumable upload up.
#[utoipa::path(
    tag = "uploads",
    operation_id = "terminate_upload",
    params(("id" = uuid::Uuid, Path), Tus),
    responses(
        (status = 204, description = "The upload is removed, with its stored bytes", headers(("Tus-Resumable"))),
        (status = 412, description = "upload.version, if_match.stale"),
    ),
    security(("bearer" = ["document:create"])),
)]
#[delete("/uploads/{id}")]
pub(crate) async fn terminate_upload(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Upload>,
    _tus: Tus,
) -> Result<HttpResponse, ApiError> {
    app.terminate_resumable(&caller, id.0).await?;
    Ok(respond(StatusCode::NO_CONTENT).finish())
}

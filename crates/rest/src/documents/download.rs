use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    get,
    http::{
        StatusCode,
        header::{
            self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue,
        },
    },
    web::Path,
};
use futures::{StreamExt, stream};
use plinth_application::{
    Error,
    documents::{Download, OpenContent, OpenThumbnail},
};
use plinth_domain::{ContentType, Id, ThumbnailSize, is_direction_control};
use plinth_ports::{ByteStream, Disposition};
use serde::Deserialize;

use super::range::{self, Requested};
use crate::{
    documents::codes::RANGE_UNSATISFIABLE,
    etag,
    list::ListQuery,
    middleware::{App, Authenticated, RequestContext},
    path::PathId,
    problem::{ApiError, More},
    values::names,
};

/// Download a document.
///
/// Images are `inline`; everything else is an `attachment`.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_document_content",
    params(
        ("id" = uuid::Uuid, Path),
        ("version" = Option<uuid::Uuid>, Query, description = "An older version, by its id"),
        ("redirect" = Option<bool>, Query, description = "Redirects (307) to a presigned URL of the object storage, if it supports them"),
        ("Range" = Option<String>, Header, description = "One byte range"),
        ("If-Range" = Option<String>, Header, description = "The `ETag` for which `Range` applies; the answer is the whole content otherwise"),
        etag::Conditional,
    ),
    responses(
        (
            status = 200,
            description = "The whole content",
            body = Vec<u8>,
            content_type = "application/octet-stream",
            headers(("ETag"), ("Content-Disposition"), ("Accept-Ranges")),
        ),
        (
            status = 206,
            description = "The requested range",
            body = Vec<u8>,
            content_type = "application/octet-stream",
            headers(("ETag"), ("Content-Disposition"), ("Accept-Ranges"), ("Content-Range")),
        ),
        (status = 304, description = "Not modified", headers(("ETag"))),
        (status = 307, description = "The content is at a presigned URL of the object storage", headers(("Location"))),
        (status = 409, description = "document.rejected"),
        (status = 416, description = "range.unsatisfiable"),
    ),
    security(("bearer" = ["document:read"])),
)]
#[get("/documents/{id}/content")]
pub(crate) async fn get_document_content(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<plinth_domain::Document>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let open = OpenContent { id: id.0, version: query.uuid("version").map(Id::from_uuid) };
    let redirect = query.flag("redirect");
    query.done()?;
    let download = app.query(&caller, open).await?;
    if redirect {
        let content_type = download.version.content_type.media_type();
        let content_disposition = disposition(&download).to_string();
        let headers = Disposition { content_type, content_disposition };
        if let Some(url) = app.presign(&download, &headers).await? {
            let location = (header::LOCATION, url.0);
            let never = (header::CACHE_CONTROL, "no-store");
            return Ok(HttpResponse::TemporaryRedirect()
                .insert_header(location)
                .insert_header(never)
                .finish());
        }
    }
    content(&request, &app, &download).await
}

/// The bytes of a version, or the range of them that the request asks for.
pub(crate) async fn content(
    request: &HttpRequest,
    app: &App,
    download: &Download,
) -> Result<HttpResponse, ApiError> {
    let served = Served {
        // Its bytes never change, so a version's id is its entity tag.
        tag: download.version.id.to_string(),
        size: download.version.size_bytes,
        media_type: download.version.content_type.media_type(),
        disposition: disposition(download).to_string(),
    };
    serve(request, served, async |range| app.read(download, range).await).await
}

/// Bytes that never change.
pub(crate) struct Served {
    /// The entity tag, without quotes.
    pub(crate) tag: String,
    /// The length in bytes.
    pub(crate) size: u64,
    /// The value of `Content-Type`.
    pub(crate) media_type: &'static str,
    /// The value of `Content-Disposition`.
    pub(crate) disposition: String,
}

/// Answers bytes, or the range of them that the request asks for.
pub(crate) async fn serve(
    request: &HttpRequest,
    Served { tag, size, media_type, disposition }: Served,
    read: impl AsyncFnOnce(Option<std::ops::Range<u64>>) -> Result<ByteStream, Error>,
) -> Result<HttpResponse, ApiError> {
    if let Some(answered) = etag::unchanged(request, &tag)? {
        return Ok(answered);
    }
    let is_head = RequestContext::of(request)?.is_head;
    // A range of another version than the one that the client has is useless.
    let range = request.headers().get(header::RANGE).and_then(|value| value.to_str().ok());
    // Ranges are defined for GET alone (RFC 9110, 14.2).
    let range = range.filter(|_| !is_head && etag::range_applies(request, &tag));
    let (status, range) = match range::parse(range, size) {
        Requested::Whole => (StatusCode::OK, None),
        Requested::Part(range) => (StatusCode::PARTIAL_CONTENT, Some(range)),
        Requested::Beyond => return Err(unsatisfiable(size)),
    };
    // The record says everything about the bytes that HEAD asks for.
    let bytes = if is_head { stream::empty().boxed() } else { read(range.clone()).await? };
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::CONTENT_TYPE, media_type))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::ETAG, etag::quoted(&tag)))
        .insert_header(SANDBOX);
    if let Some(range) = &range {
        let content_range = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        response.insert_header((header::CONTENT_RANGE, content_range));
    }
    let length = range.map_or(size, |range| range.end - range.start);
    Ok(response.body(SizedStream::new(length, bytes)))
}

names! {
    /// The size of a thumbnail.
    ThumbnailSizeName = Small, Large
}

/// The size in the path.
#[derive(Debug, Deserialize)]
pub(crate) struct ThumbnailPath {
    size: String,
}

/// Download a thumbnail of a document.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_document_thumbnail",
    params(
        ("id" = uuid::Uuid, Path),
        ("size" = ThumbnailSizeName, Path, description = "`small` (256 pixels) or `large` (1024 pixels)"),
    ),
    responses((
        status = 200,
        description = "A JPEG or PNG",
        content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png")),
        headers(("Content-Disposition")),
    )),
    security(("bearer" = ["document:read"])),
)]
#[get("/documents/{id}/thumbnails/{size}")]
pub(crate) async fn get_document_thumbnail(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<plinth_domain::Document>,
    path: Path<ThumbnailPath>,
) -> Result<HttpResponse, ApiError> {
    let size = ThumbnailSize::from_name(&path.size).ok_or(Error::NotFound("thumbnail"))?;
    let download = app.query(&caller, OpenThumbnail { id: id.0, size }).await?;
    let (head, bytes) = peek(app.read(&download, None).await?).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, ContentType::sniff(&head).media_type()))
        .insert_header((header::CONTENT_DISPOSITION, "inline"))
        .insert_header(SANDBOX)
        .streaming(bytes))
}

/// A file's content is untrusted: the browser must not run its scripts.
pub(crate) const SANDBOX: (header::HeaderName, &str) =
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");

/// The first chunk, and the whole stream.
async fn peek(mut bytes: ByteStream) -> Result<(actix_web::web::Bytes, ByteStream), ApiError> {
    let first = bytes.next().await.transpose().map_err(Error::from)?;
    let head = first.unwrap_or_default();
    let again = head.clone();
    Ok((head, stream::once(async move { Ok(again) }).chain(bytes).boxed()))
}

/// `Content-Disposition` (RFC 6266): the name in ASCII for old clients, and in
/// UTF-8 (RFC 8187) for all others. Names from earlier versions, and those of renamed documents, may
/// have characters that a file system refuses or that show another extension than the file has.
fn disposition(download: &Download) -> ContentDisposition {
    let is_inline = download.is_inline();
    let name = download.document.name.as_str();
    let is_plain = |c: char| c == ' ' || (c.is_ascii_graphic() && !"\"\\%".contains(c));
    let is_unsafe = |c: char| c.is_control() || is_direction_control(c) || matches!(c, '/' | '\\');
    let plain =
        name.replace(is_unsafe, "_").chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let full = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: name.replace(is_unsafe, "_").into_bytes(),
    };
    ContentDisposition {
        disposition: if is_inline { DispositionType::Inline } else { DispositionType::Attachment },
        parameters: vec![DispositionParam::Filename(plain), DispositionParam::FilenameExt(full)],
    }
}

fn unsatisfiable(size: u64) -> ApiError {
    let detail = format!("it has {size} bytes");
    ApiError {
        more: Some(More::ContentRange(format!("bytes */{size}").into())),
        ..ApiError::new(StatusCode::RANGE_NOT_SATISFIABLE, RANGE_UNSATISFIABLE, detail)
    }
}

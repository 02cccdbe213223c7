//! `/shared-documents`: what a reader does who has a link and no account.

use actix_web::{HttpRequest, HttpResponse, get, http::header, post};
use chrono::{DateTime, Utc};
use plinth_application::document_links::SharedDocument;
use plinth_domain::Password;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    documents::content,
    etag,
    json::{Body, Faults, Form},
    list::ListQuery,
    middleware::{App, RequestContext, RequestOrigin},
    problem::ApiError,
    routing::Routes,
};

pub(super) fn routes(config: &mut Routes<'_>) {
    config
        .service(open_shared_document)
        .service(download_shared_document)
        .service(get_shared_document_content);
}

/// A link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SharedDocumentForm {
    /// The fragment of the link's URL.
    #[schema(max_length = 200, example = "pls_…")]
    token: String,
}

impl Form for SharedDocumentForm {
    type Value = String;

    fn check(self, _: &mut Faults) -> Option<String> {
        Some(self.token)
    }
}

/// A link, with its password if it has one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SharedDownloadForm {
    /// The fragment of the link's URL.
    #[schema(max_length = 200, example = "pls_…")]
    token: String,
    #[schema(max_length = 1024, format = Password)]
    password: Option<String>,
}

impl Form for SharedDownloadForm {
    type Value = (String, Option<Password>);

    fn check(self, faults: &mut Faults) -> Option<Self::Value> {
        let password = faults.check_some("/password", self.password, Password::attempt);
        Some((self.token, password?))
    }
}

/// A document, as a reader of a link to it sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SharedDocumentView {
    #[schema(example = "plan.pdf")]
    name: String,
    #[schema(example = "application/pdf")]
    content_type: &'static str,
    #[schema(minimum = 0)]
    size_bytes: u64,
    /// When the link ends.
    expires_at: DateTime<Utc>,
    /// How many downloads are left; `null` for any number.
    downloads_left: Option<u32>,
    /// Whether a download needs a password.
    needs_password: bool,
}

impl From<SharedDocument> for SharedDocumentView {
    fn from(shared: SharedDocument) -> Self {
        let SharedDocument { document, link } = shared;
        Self {
            name: document.name.as_str().to_owned(),
            content_type: document.current.content_type.media_type(),
            size_bytes: document.current.size_bytes,
            expires_at: link.expires_at,
            downloads_left: link.downloads_left(),
            needs_password: link.password.is_some(),
        }
    }
}

/// Where the bytes are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SharedDownloadView {
    /// A GET of it needs no credential.
    #[schema(example = "/api/v1/shared-documents/content?grant=…")]
    url: String,
    /// When the URL ends: in five minutes.
    expires_at: DateTime<Utc>,
}

/// Read what a link leads to. It is not counted as a download.
#[utoipa::path(
    tag = "document-links",
    operation_id = "open_shared_document",
    request_body = SharedDocumentForm,
    responses(
        (status = 200, body = SharedDocumentView),
        (status = 401, description = "document_link.invalid"),
        (status = 409, description = "document_link.ended"),
    ),
    security(()),
)]
#[post("/shared-documents/open")]
pub(crate) async fn open_shared_document(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    body: Body<SharedDocumentForm>,
) -> Result<HttpResponse, ApiError> {
    let shared = app.open_document_link(&origin, &body.value).await?;
    let never = (header::CACHE_CONTROL, "no-store");
    Ok(HttpResponse::Ok().insert_header(never).json(SharedDocumentView::from(shared)))
}

/// Download a document by a link.
///
/// The answer is a URL of the bytes, for five minutes. It counts as one download, also when the
/// bytes are read in parts.
#[utoipa::path(
    tag = "document-links",
    operation_id = "download_shared_document",
    request_body = SharedDownloadForm,
    responses(
        (status = 200, body = SharedDownloadView),
        (
            status = 401,
            description = "document_link.invalid, document_link.password_needed, \
                document_link.password_wrong",
        ),
        (status = 409, description = "document_link.ended, document.rejected"),
        (status = 503, description = "auth.busy"),
    ),
    security(()),
)]
#[post("/shared-documents/download")]
pub(crate) async fn download_shared_document(
    request: HttpRequest,
    app: App,
    RequestOrigin(origin): RequestOrigin,
    body: Body<SharedDownloadForm>,
) -> Result<HttpResponse, ApiError> {
    let (token, password) = body.value;
    let grant = app.download_by_link(&origin, &token, password).await?;
    let prefix = &RequestContext::of(&request)?.prefix;
    let url = format!("{prefix}/api/v1/shared-documents/content?grant={}", grant.text);
    let view = SharedDownloadView { url, expires_at: grant.expires_at };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(view))
}

/// Read the bytes for which a link has given a URL.
#[utoipa::path(
    tag = "document-links",
    operation_id = "get_shared_document_content",
    params(
        ("grant" = String, Query, description = "From `POST /shared-documents/download`"),
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
        (status = 401, description = "document_link.invalid"),
        (status = 409, description = "document.rejected"),
        (status = 416, description = "range.unsatisfiable"),
    ),
    security(()),
)]
#[get("/shared-documents/content")]
pub(crate) async fn get_shared_document_content(
    request: HttpRequest,
    app: App,
    RequestOrigin(origin): RequestOrigin,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let grant = query.required_text("grant", 200);
    query.done()?;
    let download = app.open_granted(&origin, &grant).await?;
    content(&request, &app, &download).await
}

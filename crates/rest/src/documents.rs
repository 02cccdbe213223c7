//! `/documents`

pub(crate) mod codes;
mod direct;
mod disposition;
mod download;
mod dto;
mod form;
mod range;
mod text;
mod upload;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch};
use plinth_application::documents::{
    DeleteDocument, GetDocument, ListDocumentVersions, ListDocuments, UpdateDocument,
};
use plinth_domain::{Document, DocumentKind, Id, Processing};
use plinth_ports::{DocumentFilter, DocumentSort, DocumentVersionSort, Search};

use crate::{
    etag::{self, IfMatch},
    json::Body,
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    routing::Routes,
};
use dto::{DocumentPatch, DocumentStatusName, DocumentVersionView, DocumentView};

pub(crate) use disposition::text as file_name_text;
pub(crate) use download::{SANDBOX, Served, ThumbnailSizeName, content, serve};
pub(crate) use dto::DocumentKindName;

pub(crate) fn routes(config: &mut Routes<'_>) {
    config
        .service(list_documents)
        .service(upload::create_document)
        .service(direct::create_direct_upload)
        .service(direct::complete_direct_upload)
        .service(direct::abandon_direct_upload)
        .service(get_document)
        .service(update_document)
        .service(delete_document)
        .service(upload::put_document_content)
        .service(download::get_document_content)
        .service(list_document_versions)
        .service(text::get_document_text)
        .service(download::get_document_thumbnail);
}

/// List documents.
#[utoipa::path(
    tag = "documents",
    operation_id = "list_documents",
    params(
        ("project_id" = Option<Uuid>, Query, description = "Filter by project"),
        ("kind" = Option<Vec<DocumentKindName>>, Query, description = "One of these kinds"),
        ("status" = Option<Vec<DocumentStatusName>>, Query, description = "One of these statuses of the current version"),
        ("q" = Option<String>, Query, min_length = 1, max_length = 100, description = "Words in the name, tolerating typos, or all of them in the text"),
        Paging<DocumentSort>,
    ),
    responses(
        (status = 200, body = ListView<DocumentView>, headers(("Link"))),
    ),
    security(("bearer" = ["document:read"])),
)]
#[get("/documents")]
pub(crate) async fn list_documents(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let status = |name: &str| Processing::NAMES.into_iter().find(|known| *known == name);
    let kinds = DocumentKind::ALL.map(DocumentKind::name);
    let filter = DocumentFilter {
        project: query.uuid("project_id").map(Id::from_uuid),
        among: None,
        kind: query.one_of("kind", &kinds, DocumentKind::from_name),
        status: query.one_of("status", &Processing::NAMES, status),
        search: query.text("q", 100).map(|q| Search::new(&q, true)),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListDocuments { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, DocumentView::from).await
}

/// Read a document.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_document",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = DocumentView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["document:read"])),
)]
#[get("/documents/{id}")]
pub(crate) async fn get_document(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Document>,
) -> Result<HttpResponse, ApiError> {
    let document = app.query(&caller, GetDocument { id: id.0 }).await?;
    let version = document.revision.version;
    etag::item(&request, &DocumentView::from(document), version)
}

/// Change a document's name, project or metadata.
#[utoipa::path(
    tag = "documents",
    operation_id = "update_document",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = DocumentPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = DocumentView, headers(("ETag")))),
    security(("bearer" = ["document:update"])),
)]
#[patch("/documents/{id}")]
pub(crate) async fn update_document(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Document>,
    expected: IfMatch,
    body: Body<DocumentPatch>,
) -> Result<HttpResponse, ApiError> {
    let (changes, metadata) = body.value;
    let command = UpdateDocument { id: id.0, expected: expected.0, changes, metadata };
    let document = app.execute(&caller, command).await?;
    let version = document.revision.version;
    Ok(etag::changed(&DocumentView::from(document), version))
}

/// Remove a document with all its versions.
#[utoipa::path(
    tag = "documents",
    operation_id = "delete_document",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The document is removed; its files are deleted in the background"),
        (status = 409, description = "record.in_use"),
    ),
    security(("bearer" = ["document:delete"])),
)]
#[delete("/documents/{id}")]
pub(crate) async fn delete_document(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Document>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, DeleteDocument { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List a document's versions.
#[utoipa::path(
    tag = "documents",
    operation_id = "list_document_versions",
    params(
        ("id" = Uuid, Path),
        Paging<DocumentVersionSort>,
    ),
    responses((status = 200, body = ListView<DocumentVersionView>, headers(("Link")))),
    security(("bearer" = ["document:read"])),
)]
#[get("/documents/{id}/versions")]
pub(crate) async fn list_document_versions(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Document>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let (id, page) = (id.0, query.page(&caller)?);
    let ask = move |page| ListDocumentVersions { id, page };
    query.answer(app, caller, page, ask, DocumentVersionView::from).await
}

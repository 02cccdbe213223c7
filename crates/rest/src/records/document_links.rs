//! `/document-links`, and `/shared-documents` for readers without an account.

mod shared;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use chrono::{DateTime, Utc};
use plinth_application::{
    Caller,
    crud::{Get, List, Remove, Update},
    document_links::NewDocumentLink,
};
use plinth_domain::{DocumentLink, DocumentLinkChanges, Id, MaxDownloads, Name, Password};
use plinth_ports::records::document_links::{DocumentLinkFilter, DocumentLinkSort};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    etag::{self, IfMatch},
    idempotency,
    json::{Body, Faults, Form, Merge},
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
    values::{identity, moment},
};

pub(super) const RECORD: Record = Record {
    routes,
    tag: ("document-links", "Links by which readers without an account download documents"),
};

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_document_links)
        .service(create_document_link)
        .service(get_document_link)
        .service(update_document_link)
        .service(delete_document_link)
        .configure(shared::routes);
}

/// A link by which readers without an account download one document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentLinkView {
    id: Uuid,
    document_id: Uuid,
    /// Whom it is for.
    #[schema(example = "Architects Nord")]
    label: Option<String>,
    /// When it ends.
    expires_at: DateTime<Utc>,
    /// How often the document may be downloaded; `null` for any number of times.
    #[schema(minimum = 1, maximum = 1_000_000)]
    max_downloads: Option<u32>,
    /// How often it was.
    downloads: u32,
    /// Whether a reader is asked for a password.
    has_password: bool,
    /// The page that readers open, below the address of the server. The token is in the fragment, which
    /// browsers do not send. `null` for a caller without `document:read`.
    #[schema(example = "/account/shared#pls_…")]
    url: Option<String>,
    /// Increases by one with each change and each download; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl DocumentLinkView {
    fn of(app: &App, caller: &Caller, link: DocumentLink) -> Self {
        let token = app.document_link_token(caller, &link);
        Self {
            id: link.id.uuid(),
            document_id: link.document.uuid(),
            label: link.label.map(|text| text.as_str().to_owned()),
            expires_at: link.expires_at,
            max_downloads: link.max_downloads.map(MaxDownloads::number),
            downloads: link.downloads,
            has_password: link.password.is_some(),
            url: token.map(|token| format!("/account/shared#{token}")),
            version: link.revision.version.number(),
            created_at: link.revision.created_at,
            updated_at: link.revision.updated_at,
        }
    }
}

/// A new document link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDocumentLink)]
pub(crate) struct DocumentLinkForm {
    #[schema(format = Uuid)]
    document_id: String,
    /// Whom it is for.
    #[schema(min_length = 1, max_length = 200, example = "Architects Nord")]
    label: Option<String>,
    /// When it ends: in the future, at most 366 days from now.
    #[schema(format = DateTime, example = "2026-12-20T10:05:00Z")]
    expires_at: String,
    /// How often the document may be downloaded; `null` for any number of times.
    #[schema(minimum = 1, maximum = 1_000_000, example = 7)]
    max_downloads: Option<i64>,
    /// What a reader must know: 12 to 1,024 bytes, and none of the most common passwords.
    #[schema(min_length = 1, max_length = 1024, format = Password)]
    password: Option<String>,
}

impl Form for DocumentLinkForm {
    type Value = NewDocumentLink;

    fn check(self, faults: &mut Faults) -> Option<NewDocumentLink> {
        let document = faults.check("/document_id", identity(&self.document_id));
        let label = faults.check_some("/label", self.label, |text| Name::parse(&text));
        let expires_at = faults.check("/expires_at", moment(&self.expires_at));
        let max = faults.check_some("/max_downloads", self.max_downloads, MaxDownloads::parse);
        let password = faults.check_some("/password", self.password, Password::parse);
        Some(NewDocumentLink {
            document: document?,
            label: label?,
            expires_at: expires_at?,
            max_downloads: max?,
            password: password?,
        })
    }
}

/// A change to a document link: a merge patch (RFC 7396). `null` clears a field. The document and the
/// password stay: another link has others.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentLinkPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, example = "Architects Nord")]
    label: Merge<String>,
    #[serde(default)]
    #[schema(value_type = String, format = DateTime, example = "2026-12-20T10:05:00Z")]
    expires_at: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 1_000_000, example = 7)]
    max_downloads: Merge<i64>,
}

impl Form for DocumentLinkPatch {
    type Value = DocumentLinkChanges;

    fn check(self, faults: &mut Faults) -> Option<DocumentLinkChanges> {
        let label = self.label.optional(faults, "/label", |text| Name::parse(&text));
        let expires_at = self.expires_at.required(faults, "/expires_at", |text| moment(&text));
        let max = self.max_downloads.optional(faults, "/max_downloads", MaxDownloads::parse);
        Some(DocumentLinkChanges { label: label?, expires_at: expires_at?, max_downloads: max? })
    }
}

/// Create a document link.
///
/// A reader with its URL downloads the document without an account, until the link ends or is removed.
#[utoipa::path(
    tag = "document-links",
    operation_id = "create_document_link",
    params(idempotency::Key),
    request_body = DocumentLinkForm,
    responses(
        (status = 201, body = DocumentLinkView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 403, description = "document_link.exceeds_caller"),
        (status = 503, description = "auth.busy"),
    ),
    security(("bearer" = ["document_link:create"])),
)]
#[post("/document-links")]
pub(crate) async fn create_document_link(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<DocumentLinkForm>,
) -> Result<HttpResponse, ApiError> {
    let (known, maker) = (app.clone(), caller.clone());
    let render = move |link: &DocumentLink| {
        let location = format!("/api/v1/document-links/{}", link.id);
        let view = DocumentLinkView::of(&known, &maker, link.clone());
        idempotency::created(&view, link.revision.version, location)
    };
    idempotency::respond(app.create_document_link(&caller, body.key, body.value, render).await?)
}

/// List document links.
#[utoipa::path(
    tag = "document-links",
    operation_id = "list_document_links",
    params(
        ("document_id" = Option<Uuid>, Query, description = "Filter by `document_id`"),
        Paging<DocumentLinkSort>,
    ),
    responses(
        (status = 200, body = ListView<DocumentLinkView>, headers(("Link"))),
    ),
    security(("bearer" = ["document_link:read"])),
)]
#[get("/document-links")]
pub(crate) async fn list_document_links(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let filter = DocumentLinkFilter { document: query.uuid("document_id").map(Id::from_uuid) };
    let page = query.page(&caller)?;
    let ask = move |page| List::<DocumentLink> { filter: filter.clone(), page };
    let (known, reader) = (app.clone(), caller.clone());
    let view = move |link| DocumentLinkView::of(&known, &reader, link);
    query.answer(app, caller, page, ask, view).await
}

/// Read a document link.
#[utoipa::path(
    tag = "document-links",
    operation_id = "get_document_link",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = DocumentLinkView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["document_link:read"])),
)]
#[get("/document-links/{id}")]
pub(crate) async fn get_document_link(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<DocumentLink>,
) -> Result<HttpResponse, ApiError> {
    let link = app.query(&caller, Get::<DocumentLink> { id: id.0 }).await?;
    let version = link.revision.version;
    etag::item(&request, &DocumentLinkView::of(&app, &caller, link), version)
}

/// Change a document link.
#[utoipa::path(
    tag = "document-links",
    operation_id = "update_document_link",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = DocumentLinkPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = DocumentLinkView, headers(("ETag")))),
    security(("bearer" = ["document_link:update"])),
)]
#[patch("/document-links/{id}")]
pub(crate) async fn update_document_link(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<DocumentLink>,
    expected: IfMatch,
    body: Body<DocumentLinkPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = Update { id: id.0, expected: expected.0, changes: body.value };
    let link: DocumentLink = app.execute(&caller, command).await?;
    let version = link.revision.version;
    Ok(etag::changed(&DocumentLinkView::of(&app, &caller, link), version))
}

/// Remove a document link. It opens nothing any more.
#[utoipa::path(
    tag = "document-links",
    operation_id = "delete_document_link",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The document link is removed"),
    ),
    security(("bearer" = ["document_link:delete"])),
)]
#[delete("/document-links/{id}")]
pub(crate) async fn delete_document_link(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<DocumentLink>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, Remove { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

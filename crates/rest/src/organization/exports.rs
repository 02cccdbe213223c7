//! `/organization/exports`

use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use plinth_application::organization_exports::{GetExport, ListExports, OpenExport, RequestExport};
use plinth_domain::{ExportState, ExportStatus, OrganizationExport};
use plinth_ports::records::organization_exports::{
    OrganizationExportFilter, OrganizationExportSort,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    documents::{Served, serve},
    etag,
    idempotency::{self, Key},
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    values::names,
};

names! {
    /// How far an export is.
    ExportStatusName = Pending, Succeeded, Failed
}

/// An export of the organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganizationExport)]
pub(crate) struct OrganizationExportView {
    id: Uuid,
    #[schema(value_type = ExportStatusName)]
    status: &'static str,
    /// The member who has asked for it.
    requested_by: Uuid,
    /// The length of the file.
    size_bytes: Option<u64>,
    /// The SHA-256 of the file, in hexadecimal digits.
    sha256: Option<String>,
    /// The number of rows in the file.
    rows: Option<u64>,
    /// The number of files of documents in it.
    files: Option<u64>,
    /// When the file is removed.
    expires_at: Option<DateTime<Utc>>,
    /// The code of the error of a failed export.
    error_code: Option<String>,
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<OrganizationExport> for OrganizationExportView {
    fn from(export: OrganizationExport) -> Self {
        let status = export.state.status().name();
        let (file, error_code) = match export.state {
            ExportState::Pending(_) => (None, None),
            ExportState::Succeeded(file) => (Some(file), None),
            ExportState::Failed(code) => (None, Some(code)),
        };
        let file = file.as_ref();
        Self {
            id: export.id.uuid(),
            status,
            requested_by: export.requested_by.uuid(),
            size_bytes: file.map(|file| file.size_bytes),
            sha256: file.map(|file| HEXLOWER.encode(&file.sha256)),
            rows: file.map(|file| file.rows),
            files: file.map(|file| file.files),
            expires_at: file.map(|file| file.expires_at),
            error_code,
            version: export.revision.version.number(),
            created_at: export.revision.created_at,
            updated_at: export.revision.updated_at,
        }
    }
}

/// Export the organization: a job makes one ZIP file of all records and files, which is kept for seven
/// days. One export at a time is made.
#[utoipa::path(
    tag = "organization",
    operation_id = "create_organization_export",
    params(Key),
    responses(
        (status = 202, body = OrganizationExportView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "organization_export.open"),
    ),
    security(("bearer" = ["organization:export"])),
)]
#[post("/organization/exports")]
pub(crate) async fn create_organization_export(
    app: App,
    Authenticated(caller): Authenticated,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let answer = app.execute_once(&caller, key.0, RequestExport, |export| {
        let location = format!("/api/v1/organization/exports/{}", export.id);
        let view = OrganizationExportView::from(export.clone());
        idempotency::accepted(&view, export.revision.version, location)
    });
    idempotency::respond(answer.await?)
}

/// List the exports of the organization.
#[utoipa::path(
    tag = "organization",
    operation_id = "list_organization_exports",
    params(
        ("status" = Option<Vec<ExportStatusName>>, Query, description = "One of these statuses"),
        Paging<OrganizationExportSort>,
    ),
    responses((status = 200, body = ListView<OrganizationExportView>, headers(("Link")))),
    security(("bearer" = ["organization:export"])),
)]
#[get("/organization/exports")]
pub(crate) async fn list_organization_exports(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let names = ExportStatus::ALL.map(ExportStatus::name);
    let filter = OrganizationExportFilter {
        status: query.one_of("status", &names, ExportStatus::from_name),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListExports { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, OrganizationExportView::from).await
}

/// Read an export.
#[utoipa::path(
    tag = "organization",
    operation_id = "get_organization_export",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = OrganizationExportView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["organization:export"])),
)]
#[get("/organization/exports/{id}")]
pub(crate) async fn get_organization_export(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<OrganizationExport>,
) -> Result<HttpResponse, ApiError> {
    let export = app.query(&caller, GetExport { id: id.0 }).await?;
    let version = export.revision.version;
    etag::item(&request, &OrganizationExportView::from(export), version)
}

/// Download the file of an export.
#[utoipa::path(
    tag = "organization",
    operation_id = "get_organization_export_content",
    params(
        ("id" = uuid::Uuid, Path),
        ("Range" = Option<String>, Header, description = "One byte range"),
        ("If-Range" = Option<String>, Header, description = "The `ETag` for which `Range` applies; the answer is the whole content otherwise"),
        etag::Conditional,
    ),
    responses(
        (
            status = 200,
            description = "The whole file",
            body = Vec<u8>,
            content_type = "application/zip",
            headers(("ETag"), ("Content-Disposition"), ("Accept-Ranges")),
        ),
        (
            status = 206,
            description = "The requested range",
            body = Vec<u8>,
            content_type = "application/zip",
            headers(("ETag"), ("Content-Disposition"), ("Accept-Ranges"), ("Content-Range")),
        ),
        (status = 304, description = "Not modified", headers(("ETag"))),
        (status = 409, description = "organization_export.unfinished"),
        (status = 416, description = "range.unsatisfiable"),
    ),
    security(("bearer" = ["organization:export"])),
)]
#[get("/organization/exports/{id}/content")]
pub(crate) async fn get_organization_export_content(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<OrganizationExport>,
) -> Result<HttpResponse, ApiError> {
    let download = app.query(&caller, OpenExport { id: id.0 }).await?;
    let served = Served {
        tag: download.id.to_string(),
        size: download.file.size_bytes,
        media_type: "application/zip",
        disposition: format!("attachment; filename=\"export-{}.zip\"", download.id),
    };
    serve(&request, served, async |range| app.read_export(&download, range).await).await
}

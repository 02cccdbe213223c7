use actix_web::{HttpRequest, HttpResponse, get, post};
use plinth_application::{
    Error,
    invoices::{INVOICE_NOT_RENDERED, OpenInvoicePdf, RequestRendering},
};
use plinth_domain::Invoice;

use crate::{
    documents::content,
    etag,
    idempotency::{self, Key},
    jobs::{self, JobView},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
};

/// When to ask again for a PDF that is being made, in seconds.
const RETRY: u64 = 2;

/// Download the PDF of an issued invoice.
///
/// It is made by a job right after the issue, and never changes. It is a document, too: its name is
/// the number of the invoice.
#[utoipa::path(
    tag = "invoices",
    operation_id = "get_invoice_pdf",
    params(
        ("id" = uuid::Uuid, Path),
        ("Range" = Option<String>, Header, description = "One byte range"),
        ("If-Range" = Option<String>, Header, description = "The `ETag` for which `Range` applies; the answer is the whole PDF otherwise"),
        etag::Conditional,
    ),
    responses(
        (
            status = 200,
            description = "The whole PDF (PDF/A-3b, ISO 19005-3)",
            body = Vec<u8>,
            content_type = "application/pdf",
            headers(("ETag"), ("Content-Disposition"), ("Accept-Ranges")),
        ),
        (
            status = 206,
            description = "The requested range",
            body = Vec<u8>,
            content_type = "application/pdf",
            headers(("ETag"), ("Content-Disposition"), ("Accept-Ranges"), ("Content-Range")),
        ),
        (status = 304, description = "Not modified", headers(("ETag"))),
        (status = 409, description = "invoice.not_rendered, invoice.no_pdf, invoice.rendering_failed, invoice.no_glyph, invoice.too_long, invoice.too_slow, invoice.logo_unreadable, invoice.payment_code, invoice.template_broken, document.rejected"),
        (status = 416, description = "range.unsatisfiable"),
    ),
    security(("bearer" = ["invoice:read"])),
)]
#[get("/invoices/{id}/pdf")]
pub(crate) async fn get_invoice_pdf(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
) -> Result<HttpResponse, ApiError> {
    let download = app.query(&caller, OpenInvoicePdf { id: id.0 }).await.map_err(retried)?;
    content(&request, &app, &download).await
}

/// Make the PDF of an invoice again that could not be made.
///
/// The template, or the logo, was corrected. The answer is the job; a PDF that exists never changes.
#[utoipa::path(
    tag = "invoices",
    operation_id = "render_invoice",
    params(("id" = uuid::Uuid, Path), idempotency::Key),
    responses(
        (status = 202, body = JobView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "invoice.rendered, invoice.no_pdf"),
    ),
    security(("bearer" = ["invoice:issue", "job:read"])),
)]
#[post("/invoices/{id}/render")]
pub(crate) async fn render_invoice(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let answer = app.execute_once(&caller, key.0, RequestRendering { id: id.0 }, jobs::accepted);
    idempotency::respond(answer.await?)
}

fn retried(error: Error) -> ApiError {
    let is_early = matches!(&error, Error::Conflict { code, .. } if *code == INVOICE_NOT_RENDERED);
    let error = ApiError::from(error);
    if is_early { error.retry_after(RETRY) } else { error }
}

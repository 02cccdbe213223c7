//! `/invoices`

mod attachment;
mod batch;
mod body;
mod e_invoice;
mod findings;
mod pdf;
mod received;
mod view;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use plinth_application::{
    Command,
    invoices::{
        DuplicateInvoice, FullInvoice, GetInvoice, IssueInvoice, ListInvoices, RemoveInvoice,
        UpdateInvoice, VoidInvoice, WriteOffInvoice,
    },
};
use plinth_domain::{Id, Invoice, InvoiceDirection, InvoiceKind, InvoiceStatus, Text};
use plinth_ports::{IdempotencyKey, InvoiceFilter, InvoiceSort, Search};

use crate::{
    etag::{self, IfMatch, MaybeIfMatch},
    idempotency::{self, Key},
    json::Body,
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
};
pub(super) use body::InvoiceDirectionName;
use body::{InvoicePatch, NewCreditNote, NewInvoice};
pub(crate) use e_invoice::{EInvoiceProfileName, XmlSyntaxName};
pub(super) use view::InvoiceView;
use view::{InvoiceKindName, InvoiceStatusName, InvoiceSummary};

pub(super) const RECORD: Record =
    Record { routes, tag: ("invoices", "Invoices and credit notes, outgoing and incoming") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_invoices)
        .service(create_invoice)
        .service(batch::create_invoices)
        .service(get_invoice)
        .service(e_invoice::get_invoice_xml)
        .service(update_invoice)
        .service(delete_invoice)
        .service(received::receive_invoice)
        .service(received::approve_invoice)
        .service(issue_invoice)
        .service(void_invoice)
        .service(write_off_invoice)
        .service(duplicate_invoice)
        .service(credit_invoice)
        .service(pdf::get_invoice_pdf)
        .service(pdf::render_invoice);
}

/// Create the draft of an invoice.
#[utoipa::path(
    tag = "invoices",
    operation_id = "create_invoice",
    params(idempotency::Key),
    request_body = NewInvoice,
    responses(
        (status = 201, body = InvoiceView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "invoice.supplier_number_taken"),
    ),
    security(("bearer" = ["invoice:create"])),
)]
#[post("/invoices")]
pub(crate) async fn create_invoice(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewInvoice>,
) -> Result<HttpResponse, ApiError> {
    create(&app, &caller, body.key, body.value).await
}

/// List invoices.
#[utoipa::path(
    tag = "invoices",
    operation_id = "list_invoices",
    params(
        ("status" = Option<Vec<InvoiceStatusName>>, Query, description = "One of these statuses"),
        ("kind" = Option<Vec<InvoiceKindName>>, Query, description = "One of these kinds"),
        ("direction" = Option<InvoiceDirectionName>, Query, description = "Outgoing or incoming"),
        ("party_id" = Option<Uuid>, Query, description = "Of this party"),
        ("project_id" = Option<Uuid>, Query, description = "Of this project"),
        ("contract_id" = Option<Uuid>, Query, description = "On this contract"),
        ("corrects_id" = Option<Uuid>, Query, description = "The credit notes on this invoice"),
        ("number" = Option<String>, Query, min_length = 1, max_length = 40, description = "With this number"),
        ("supplier_number" = Option<String>, Query, min_length = 1, max_length = 100, description = "With this number of the supplier"),
        ("overdue_on" = Option<String>, Query, description = "Open after their due date, on this day"),
        ("q" = Option<String>, Query, min_length = 1, max_length = 100, description = "Words in numbers, the name of an issued invoice's party, the order or the note; tolerates typos"),
        Paging<InvoiceSort>,
    ),
    responses(
        (status = 200, body = ListView<InvoiceSummary>, headers(("Link"))),
    ),
    security(("bearer" = ["invoice:read"])),
)]
#[get("/invoices")]
pub(crate) async fn list_invoices(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let filter = InvoiceFilter {
        status: query.one_of("status", InvoiceStatus::NAMES, InvoiceStatus::from_name),
        kind: query.one_of("kind", InvoiceKind::NAMES, InvoiceKind::from_name),
        direction: query.take("direction", "receivable or payable", InvoiceDirection::from_name),
        party: query.uuid("party_id").map(Id::from_uuid),
        project: query.uuid("project_id").map(Id::from_uuid),
        contract: query.uuid("contract_id").map(Id::from_uuid),
        corrects: query.uuid("corrects_id").map(Id::from_uuid),
        number: query.take("number", "1 to 40 characters", |text| Text::parse(text).ok()),
        supplier_number: query
            .take("supplier_number", "1 to 100 characters", |text| Text::parse(text).ok()),
        overdue_on: query.take("overdue_on", "a day such as 2026-11-20", crate::dates::day),
        search: query.text("q", 100).map(|q| Search::new(&q, true)),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListInvoices { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, InvoiceSummary::from).await
}

/// Read an invoice.
#[utoipa::path(
    tag = "invoices",
    operation_id = "get_invoice",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = InvoiceView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["invoice:read"])),
)]
#[get("/invoices/{id}")]
pub(crate) async fn get_invoice(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
) -> Result<HttpResponse, ApiError> {
    let full = app.query(&caller, GetInvoice { id: id.0 }).await?;
    let version = full.invoice.revision.version;
    etag::item(&request, &InvoiceView::from(full), version)
}

/// Change a draft.
#[utoipa::path(
    tag = "invoices",
    operation_id = "update_invoice",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = InvoicePatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = InvoiceView, headers(("ETag"))),
        (status = 409, description = "state.transition, invoice.supplier_number_taken"),
    ),
    security(("bearer" = ["invoice:update"])),
)]
#[patch("/invoices/{id}")]
pub(crate) async fn update_invoice(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    expected: IfMatch,
    body: Body<InvoicePatch>,
) -> Result<HttpResponse, ApiError> {
    let command = UpdateInvoice { id: id.0, expected: expected.0, update: body.value };
    let full = app.execute(&caller, command).await?;
    let version = full.invoice.revision.version;
    Ok(etag::changed(&InvoiceView::from(full), version))
}

/// Remove a draft.
#[utoipa::path(
    tag = "invoices",
    operation_id = "delete_invoice",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The draft is removed"),
        (status = 409, description = "state.transition, record.in_use"),
    ),
    security(("bearer" = ["invoice:delete"])),
)]
#[delete("/invoices/{id}")]
pub(crate) async fn delete_invoice(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RemoveInvoice { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Issue a draft: it gets the next number of its series, without a gap, and never changes again.
#[utoipa::path(
    tag = "invoices",
    operation_id = "issue_invoice",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    responses(
        (status = 200, body = InvoiceView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 403, description = "limit.reached"),
        (status = 409, description = "state.transition, seller.incomplete, invoice.approval_missing, series.exhausted, invoice.number_taken, invoice.supplier_number_taken, invoice.lines_missing, invoice.total_negative, invoice.party_role, invoice.small_business, invoice.vat_mixed, invoice.seller_vat_id_missing, invoice.credit_before_invoice, invoice.in_future, invoice.booked_before_issue, books.closed, invoice.backdated, invoice.before_last, invoice.due_before_issue, invoice.buyer_incomplete, invoice.supply_date_missing, invoice.supplier_number_missing, invoice.credit_exceeded, invoice.credit_notes_many, invoice.no_glyph, invoice.logo_unreadable, invoice.contract_not_active, invoice.over_billed, invoice.contract_finalized, invoice.deducted, invoice.contract_invoices_many, invoice.attachment_type, invoice.attachment_twice, invoice.attachments_large, invoice.attachment_unusable, plan_limit_exceeded"),
    ),
    security(("bearer" = ["invoice:issue"])),
)]
#[post("/invoices/{id}/issue")]
pub(crate) async fn issue_invoice(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    change(&app, &caller, key.0, IssueInvoice { id: id.0, expected: expected.0 }).await
}

/// Withdraw an issued invoice of which nothing is settled. It keeps its number.
#[utoipa::path(
    tag = "invoices",
    operation_id = "void_invoice",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    responses(
        (status = 200, body = InvoiceView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition, invoice.offset, invoice.deducted, books.closed"),
    ),
    security(("bearer" = ["invoice:void"])),
)]
#[post("/invoices/{id}/void")]
pub(crate) async fn void_invoice(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    change(&app, &caller, key.0, VoidInvoice { id: id.0, expected: expected.0 }).await
}

/// Give up what is still open on an invoice.
#[utoipa::path(
    tag = "invoices",
    operation_id = "write_off_invoice",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    responses(
        (status = 200, body = InvoiceView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition"),
    ),
    security(("bearer" = ["invoice:write_off"])),
)]
#[post("/invoices/{id}/write-off")]
pub(crate) async fn write_off_invoice(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    change(&app, &caller, key.0, WriteOffInvoice { id: id.0, expected: expected.0 }).await
}

/// Create a draft that repeats an invoice, without its dates and numbers.
#[utoipa::path(
    tag = "invoices",
    operation_id = "duplicate_invoice",
    params(("id" = Uuid, Path), idempotency::Key),
    responses(
        (status = 201, body = InvoiceView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition"),
    ),
    security(("bearer" = ["invoice:create", "invoice:read"])),
)]
#[post("/invoices/{id}/duplicate")]
pub(crate) async fn duplicate_invoice(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    create(&app, &caller, key.0, DuplicateInvoice { id: id.0 }).await
}

/// Create the draft of a credit note on an issued invoice. Its issue settles what is open of both.
#[utoipa::path(
    tag = "invoices",
    operation_id = "credit_invoice",
    params(("id" = Uuid, Path), idempotency::Key),
    request_body = NewCreditNote,
    responses(
        (status = 201, body = InvoiceView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition"),
    ),
    security(("bearer" = ["invoice:create", "invoice:read"])),
)]
#[post("/invoices/{id}/credit-note")]
pub(crate) async fn credit_invoice(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    body: Body<NewCreditNote>,
) -> Result<HttpResponse, ApiError> {
    create(&app, &caller, body.key, body.value.on(id.0)).await
}

/// Creates a draft, once per key.
async fn create<C: Command<Output = FullInvoice>>(
    app: &App,
    caller: &plinth_application::Caller,
    key: Option<IdempotencyKey>,
    command: C,
) -> Result<HttpResponse, ApiError> {
    idempotency::create::<InvoiceView, Invoice, _>(app, caller, key, command).await
}

/// Changes an invoice, once per key.
pub(super) async fn change<C: Command<Output = FullInvoice>>(
    app: &App,
    caller: &plinth_application::Caller,
    key: Option<IdempotencyKey>,
    command: C,
) -> Result<HttpResponse, ApiError> {
    idempotency::change::<InvoiceView, Invoice, _>(app, caller, key, command).await
}

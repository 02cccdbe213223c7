//! `/payments`

mod body;
mod view;

use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use plinth_application::{
    Command,
    payments::{
        ApplyCreditNote, FullPayment, GetPayment, ListInvoiceAllocations, ListPayments,
        TakeCreditNoteBack, UpdatePayment,
    },
};
use plinth_domain::{Id, Invoice, Payment, PaymentDirection, PaymentStatus, Text};
use plinth_ports::{IdempotencyKey, PaymentFilter, PaymentSort, Search};

use super::invoices::{InvoiceView, change as change_invoice};
use crate::{
    etag::{self, IfMatch, MaybeIfMatch},
    idempotency,
    json::Body,
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
};
pub(super) use body::{NewAllocation, shares};
use body::{NewAllocations, NewPayment, NewRefund, NewReversal, PaymentPatch, SettledInvoice};
use view::{AllocationView, PaymentStatusName, PaymentSummary};
pub(super) use view::{PaymentDirectionName, PaymentView};

pub(super) const RECORD: Record =
    Record { routes, tag: ("payments", "Money that was received or sent, and what it settles") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_payments)
        .service(create_payment)
        .service(get_payment)
        .service(update_payment)
        .service(allocate_payment)
        .service(reverse_payment)
        .service(refund_payment)
        .service(list_invoice_allocations)
        .service(allocate_credit_note)
        .service(reverse_credit_note_allocation);
}

/// Record a payment, and what it settles. What it does not settle stays a credit of the party.
#[utoipa::path(
    tag = "payments",
    operation_id = "create_payment",
    params(idempotency::Key),
    request_body = NewPayment,
    responses(
        (status = 201, body = PaymentView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "payment.reference_taken, payment.unallocated_exceeded, invoice.open_exceeded, payment.discount_too_late, payment.discount_exceeded, payment.allocations_many, state.transition, books.closed"),
    ),
    security(("bearer" = ["payment:create"])),
)]
#[post("/payments")]
pub(crate) async fn create_payment(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewPayment>,
) -> Result<HttpResponse, ApiError> {
    create(&app, &caller, body.key, body.value).await
}

/// List payments.
#[utoipa::path(
    tag = "payments",
    operation_id = "list_payments",
    params(
        ("party_id" = Option<Uuid>, Query, description = "Of this party"),
        ("direction" = Option<PaymentDirectionName>, Query, description = "Only money that was received, or only money that was sent"),
        ("status" = Option<Vec<PaymentStatusName>>, Query, description = "One of these statuses"),
        ("reference" = Option<String>, Query, min_length = 1, max_length = 140, description = "Filter by reference"),
        ("received_from" = Option<String>, Query, format = Date, description = "From this day on"),
        ("received_until" = Option<String>, Query, format = Date, description = "Until this day"),
        ("unallocated" = Option<bool>, Query, description = "With a credit that settles nothing yet, or without"),
        ("q" = Option<String>, Query, min_length = 1, max_length = 100, description = "Words in reference or note; tolerates typos"),
        Paging<PaymentSort>,
    ),
    responses(
        (status = 200, body = ListView<PaymentSummary>, headers(("Link"))),
    ),
    security(("bearer" = ["payment:read"])),
)]
#[get("/payments")]
pub(crate) async fn list_payments(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let directions = PaymentDirection::NAMES.join(" or ");
    let day = "a day such as 2026-11-20";
    let filter = PaymentFilter {
        party: query.uuid("party_id").map(Id::from_uuid),
        direction: query.take("direction", &directions, PaymentDirection::from_name),
        status: query.one_of("status", PaymentStatus::NAMES, PaymentStatus::from_name),
        reference: query.take("reference", "1 to 140 characters", |text| Text::parse(text).ok()),
        from: query.take("received_from", day, crate::dates::day),
        until: query.take("received_until", day, crate::dates::day),
        unallocated: query.take("unallocated", "true or false", |text| text.parse().ok()),
        search: query.text("q", 100).map(|q| Search::new(&q, true)),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListPayments { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, PaymentSummary::from).await
}

/// Read a payment with its allocations.
#[utoipa::path(
    tag = "payments",
    operation_id = "get_payment",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = PaymentView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["payment:read"])),
)]
#[get("/payments/{id}")]
pub(crate) async fn get_payment(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Payment>,
) -> Result<HttpResponse, ApiError> {
    let full = app.query(&caller, GetPayment { id: id.0 }).await?;
    let version = full.payment.revision.version;
    etag::item(&request, &PaymentView::from(full), version)
}

/// Change what describes a payment. Its amount, party and day never change.
#[utoipa::path(
    tag = "payments",
    operation_id = "update_payment",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = PaymentPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = PaymentView, headers(("ETag"))),
        (status = 409, description = "payment.reference_taken"),
    ),
    security(("bearer" = ["payment:update"])),
)]
#[patch("/payments/{id}")]
pub(crate) async fn update_payment(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Payment>,
    expected: IfMatch,
    body: Body<PaymentPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = UpdatePayment { id: id.0, expected: expected.0, update: body.value };
    let full = app.execute(&caller, command).await?;
    let version = full.payment.revision.version;
    Ok(etag::changed(&PaymentView::from(full), version))
}

/// Settle invoices by the credit that is left of a payment.
#[utoipa::path(
    tag = "payments",
    operation_id = "allocate_payment",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    request_body = NewAllocations,
    responses(
        (status = 200, body = PaymentView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "payment.unallocated_exceeded, invoice.open_exceeded, payment.discount_too_late, payment.discount_exceeded, payment.allocations_many, state.transition, books.closed"),
    ),
    security(("bearer" = ["payment:update"])),
)]
#[post("/payments/{id}/allocations")]
pub(crate) async fn allocate_payment(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Payment>,
    expected: MaybeIfMatch,
    body: Body<NewAllocations>,
) -> Result<HttpResponse, ApiError> {
    let command = body.value.of_payment(id.0, expected.0);
    idempotency::change::<PaymentView, Payment, _>(&app, &caller, body.key, command).await
}

/// Take a payment back, with all that it settled. The answer is a payment that goes the other way.
#[utoipa::path(
    tag = "payments",
    operation_id = "reverse_payment",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    request_body = NewReversal,
    responses(
        (status = 201, body = PaymentView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition, payment.refunded, payment.reference_taken, books.closed"),
    ),
    security(("bearer" = ["payment:reverse"])),
)]
#[post("/payments/{id}/reverse")]
pub(crate) async fn reverse_payment(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Payment>,
    expected: MaybeIfMatch,
    body: Body<NewReversal>,
) -> Result<HttpResponse, ApiError> {
    create(&app, &caller, body.key, body.value.of(id.0, expected.0)).await
}

/// Pay a part of the credit of a payment back. The answer is the payment that goes the other way.
#[utoipa::path(
    tag = "payments",
    operation_id = "refund_payment",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    request_body = NewRefund,
    responses(
        (status = 201, body = PaymentView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition, payment.unallocated_exceeded, payment.reference_taken, books.closed"),
    ),
    security(("bearer" = ["payment:create"])),
)]
#[post("/payments/{id}/refund")]
pub(crate) async fn refund_payment(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Payment>,
    expected: MaybeIfMatch,
    body: Body<NewRefund>,
) -> Result<HttpResponse, ApiError> {
    create(&app, &caller, body.key, body.value.of(id.0, expected.0)).await
}

/// List all that settles an invoice, and all that a credit note settles, in one page.
#[utoipa::path(
    tag = "payments",
    operation_id = "list_invoice_allocations",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ListView<AllocationView>)),
    security(("bearer" = ["payment:read"])),
)]
#[get("/invoices/{id}/allocations")]
pub(crate) async fn list_invoice_allocations(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let (invoice, allocations) = app.query(&caller, ListInvoiceAllocations { id: id.0 }).await?;
    let view = |allocation| AllocationView::new(allocation, invoice.content.currency);
    Ok(query.answer_whole(allocations.iter().map(view).collect()))
}

/// Settle invoices by what is open of a credit note.
#[utoipa::path(
    tag = "payments",
    operation_id = "allocate_credit_note",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    request_body = NewAllocations,
    responses(
        (status = 200, body = InvoiceView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "payment.unallocated_exceeded, invoice.open_exceeded, payment.allocations_many, state.transition, books.closed"),
    ),
    security(("bearer" = ["payment:update", "invoice:read"])),
)]
#[post("/invoices/{id}/allocations")]
pub(crate) async fn allocate_credit_note(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    expected: MaybeIfMatch,
    body: Body<NewAllocations>,
) -> Result<HttpResponse, ApiError> {
    let command: ApplyCreditNote = body.value.of_credit_note(id.0, expected.0);
    change_invoice(&app, &caller, body.key, command).await
}

/// Take back what a credit note settles of an invoice that it does not correct.
#[utoipa::path(
    tag = "payments",
    operation_id = "reverse_credit_note_allocation",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    request_body = SettledInvoice,
    responses(
        (status = 200, body = InvoiceView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "invoice.nothing_allocated, payment.allocations_many, books.closed"),
    ),
    security(("bearer" = ["payment:reverse", "invoice:read"])),
)]
#[post("/invoices/{id}/allocations/reverse")]
pub(crate) async fn reverse_credit_note_allocation(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    expected: MaybeIfMatch,
    body: Body<SettledInvoice>,
) -> Result<HttpResponse, ApiError> {
    let command = TakeCreditNoteBack { id: id.0, expected: expected.0, invoice: body.value };
    change_invoice(&app, &caller, body.key, command).await
}

/// Records a payment, once per key.
async fn create<C: Command<Output = FullPayment>>(
    app: &App,
    caller: &plinth_application::Caller,
    key: Option<IdempotencyKey>,
    command: C,
) -> Result<HttpResponse, ApiError> {
    idempotency::create::<PaymentView, Payment, _>(app, caller, key, command).await
}

//! `/bank-statements` and `/bank-transactions`

mod body;
mod view;

use actix_web::{HttpRequest, HttpResponse, get, post};
use plinth_application::bank_statements::{
    GetBankTransaction, IgnoreTransaction, LinkTransaction, ListBankTransactions, ReopenTransaction,
};
use plinth_domain::{BankTransaction, BankTransactionStatus, PaymentDirection, Text};
use plinth_ports::{BankTransactionFilter, BankTransactionSort, Search};

use super::payments::PaymentDirectionName;
use crate::{
    etag::{self, MaybeIfMatch},
    idempotency::{self, Key},
    json::Body,
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
};
use body::{NewBooking, NewLink, Statement, StatementFile};
use view::{
    BankTransactionStatusName, BankTransactionView, BookedTransactionView, ImportedStatementsView,
};

pub(super) const RECORD: Record =
    Record { routes, tag: ("bank statements", "Bank statements, and what their transactions pay") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(import_bank_statement)
        .service(list_bank_transactions)
        .service(get_bank_transaction)
        .service(book_bank_transaction)
        .service(ignore_bank_transaction)
        .service(link_bank_transaction)
        .service(reopen_bank_transaction);
}

/// Import a bank statement (CAMT.053). A payment is recorded for each transaction that names open
/// invoices of one party exactly; a person decides about the others. The same statement twice changes
/// nothing.
#[utoipa::path(
    tag = "bank statements",
    operation_id = "import_bank_statement",
    request_body(content = StatementFile, content_type = "application/xml"),
    responses(
        (status = 200, body = ImportedStatementsView),
        (status = 409, description = "document.malformed, document.too_complex, document.too_slow, document.unsupported, bank_statement.too_many_transactions, bank_transaction.known"),
    ),
    security(("bearer" = ["payment:create"])),
)]
#[post("/bank-statements")]
pub(crate) async fn import_bank_statement(
    app: App,
    Authenticated(caller): Authenticated,
    statement: Statement,
) -> Result<HttpResponse, ApiError> {
    let statements = app.read_statements(&caller, statement.0).await?;
    let (statements, imported) = app.import_statements(&caller, statements).await?;
    Ok(HttpResponse::Ok().json(ImportedStatementsView::new(statements, imported)))
}

/// List the transactions of bank statements.
#[utoipa::path(
    tag = "bank statements",
    operation_id = "list_bank_transactions",
    params(
        ("status" = Option<Vec<BankTransactionStatusName>>, Query, description = "One of these statuses"),
        ("direction" = Option<PaymentDirectionName>, Query, description = "Only what came in, or only what went out"),
        ("account" = Option<String>, Query, min_length = 1, max_length = 40, description = "Of the account with this IBAN"),
        ("q" = Option<String>, Query, min_length = 1, max_length = 100, description = "Words in the other side's name, reference or text; tolerates typos"),
        Paging<BankTransactionSort>,
    ),
    responses(
        (status = 200, body = ListView<BankTransactionView>, headers(("Link"))),
    ),
    security(("bearer" = ["bank_transaction:read"])),
)]
#[get("/bank-transactions")]
pub(crate) async fn list_bank_transactions(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let directions = PaymentDirection::NAMES.join(" or ");
    let names = BankTransactionStatus::NAMES;
    let filter = BankTransactionFilter {
        status: query.one_of("status", names, BankTransactionStatus::from_name),
        direction: query.take("direction", &directions, PaymentDirection::from_name),
        account: query.take("account", "1 to 40 characters", |text| Text::parse(text).ok()),
        search: query.text("q", 100).map(|q| Search::new(&q, true)),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListBankTransactions { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, BankTransactionView::from).await
}

/// Read a transaction of a bank statement.
#[utoipa::path(
    tag = "bank statements",
    operation_id = "get_bank_transaction",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = BankTransactionView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["bank_transaction:read"])),
)]
#[get("/bank-transactions/{id}")]
pub(crate) async fn get_bank_transaction(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<BankTransaction>,
) -> Result<HttpResponse, ApiError> {
    let transaction = app.query(&caller, GetBankTransaction { id: id.0 }).await?;
    let version = transaction.revision.version;
    etag::item(&request, &BankTransactionView::from(transaction), version)
}

/// Record the payment that a proposed transaction is.
#[utoipa::path(
    tag = "bank statements",
    operation_id = "book_bank_transaction",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    request_body = NewBooking,
    responses(
        (status = 200, body = BookedTransactionView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition, payment.reference_taken, payment.unallocated_exceeded, invoice.open_exceeded, payment.discount_too_late, payment.discount_exceeded, payment.allocations_many, books.closed"),
    ),
    security(("bearer" = ["payment:create", "bank_transaction:read"])),
)]
#[post("/bank-transactions/{id}/book")]
pub(crate) async fn book_bank_transaction(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<BankTransaction>,
    expected: MaybeIfMatch,
    body: Body<NewBooking>,
) -> Result<HttpResponse, ApiError> {
    let command = body.value.of(id.0, expected.0);
    let answer = app.execute_once(&caller, body.key, command, |(transaction, paid)| {
        let version = transaction.revision.version;
        let view = BookedTransactionView::new(transaction.clone(), paid.clone());
        idempotency::changed(&view, version)
    });
    idempotency::respond(answer.await?)
}

/// Decide that a proposed transaction is a payment that was entered already.
#[utoipa::path(
    tag = "bank statements",
    operation_id = "link_bank_transaction",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    request_body = NewLink,
    responses(
        (status = 200, body = BankTransactionView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition, bank_transaction.payment_differs, bank_transaction.payment_linked"),
    ),
    security(("bearer" = ["payment:update", "bank_transaction:read"])),
)]
#[post("/bank-transactions/{id}/link")]
pub(crate) async fn link_bank_transaction(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<BankTransaction>,
    expected: MaybeIfMatch,
    body: Body<NewLink>,
) -> Result<HttpResponse, ApiError> {
    let command = LinkTransaction { id: id.0, expected: expected.0, payment: body.value };
    idempotency::change::<BankTransactionView, BankTransaction, _>(&app, &caller, body.key, command)
        .await
}

/// Decide that a proposed transaction pays no invoice.
#[utoipa::path(
    tag = "bank statements",
    operation_id = "ignore_bank_transaction",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    responses(
        (status = 200, body = BankTransactionView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition"),
    ),
    security(("bearer" = ["payment:update", "bank_transaction:read"])),
)]
#[post("/bank-transactions/{id}/ignore")]
pub(crate) async fn ignore_bank_transaction(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<BankTransaction>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let command = IgnoreTransaction { id: id.0, expected: expected.0 };
    idempotency::change::<BankTransactionView, BankTransaction, _>(&app, &caller, key.0, command)
        .await
}

/// Take a decision back: that a transaction pays nothing, a link, or a payment that was reversed.
#[utoipa::path(
    tag = "bank statements",
    operation_id = "reopen_bank_transaction",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    responses(
        (status = 200, body = BankTransactionView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition"),
    ),
    security(("bearer" = ["payment:update", "bank_transaction:read"])),
)]
#[post("/bank-transactions/{id}/reopen")]
pub(crate) async fn reopen_bank_transaction(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<BankTransaction>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let command = ReopenTransaction { id: id.0, expected: expected.0 };
    idempotency::change::<BankTransactionView, BankTransaction, _>(&app, &caller, key.0, command)
        .await
}

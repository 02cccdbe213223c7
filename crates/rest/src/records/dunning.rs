//! `/dunning-notices`, `/dunning-runs`, and the dunning of an invoice

mod run;
mod view;

use actix_web::{HttpRequest, HttpResponse, get, post};
use plinth_application::dunning::{
    BlockDunning, DunInvoice, DunOverdue, GetDunningNotice, ListDunningNotices,
    ListNoticesOfInvoice, PreviewDunning, PreviewDunningRun, WithdrawNotice,
};
use plinth_domain::{DunningNotice, DunningStatus, Id, Invoice, MAX_LEVELS};
use plinth_ports::{DunningNoticeFilter, DunningNoticeSort};

use super::invoices::{InvoiceView, change as change_invoice};
use crate::{
    etag::{self, MaybeIfMatch},
    idempotency::{self, Key},
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
};
use run::DunningRunView;
use view::{DunningNoticePreview, DunningNoticeView, DunningStatusName};

pub(super) const RECORD: Record =
    Record { routes, tag: ("dunning", "Notices of overdue invoices, with default interest") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(dun_invoice)
        .service(list_dunning_notices_of_invoice)
        .service(block_dunning)
        .service(unblock_dunning)
        .service(run_dunning)
        .service(list_dunning_notices)
        .service(get_dunning_notice)
        .service(withdraw_dunning_notice);
}

/// Make the next notice of an overdue invoice. A dry run makes none, and answers what it would claim.
#[utoipa::path(
    tag = "dunning",
    operation_id = "dun_invoice",
    params(
        ("id" = Uuid, Path),
        ("dry_run" = Option<bool>, Query, description = "Whether nothing is made"),
        Key,
    ),
    responses(
        (status = 200, body = DunningNoticePreview, description = "What the notice would claim today"),
        (status = 201, body = DunningNoticeView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "dunning.off, dunning.no_claim, dunning.blocked, dunning.not_overdue, dunning.retained_only, dunning.below_minimum, dunning.last_level, dunning.too_early, dunning.periods_many, dunning.notices_many, dunning.level_taken, amount.overflow"),
    ),
    security(("bearer" = ["invoice:dun", "invoice:read"])),
)]
#[post("/invoices/{id}/dunning-notices")]
pub(crate) async fn dun_invoice(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    mut query: ListQuery,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let dry_run = query.flag("dry_run");
    query.done()?;
    if dry_run {
        let claimed = app.query(&caller, PreviewDunning { id: id.0 }).await?;
        return Ok(HttpResponse::Ok().json(DunningNoticePreview::from(claimed)));
    }
    let command = DunInvoice { id: id.0 };
    idempotency::create::<DunningNoticeView, DunningNotice, _>(&app, &caller, key.0, command).await
}

/// List all notices of an invoice, in one page.
#[utoipa::path(
    tag = "dunning",
    operation_id = "list_dunning_notices_of_invoice",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ListView<DunningNoticeView>)),
    security(("bearer" = ["invoice:read"])),
)]
#[get("/invoices/{id}/dunning-notices")]
pub(crate) async fn list_dunning_notices_of_invoice(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let notices = app.query(&caller, ListNoticesOfInvoice { id: id.0 }).await?;
    Ok(query.answer_whole(notices.into_iter().map(DunningNoticeView::from).collect()))
}

/// Block the dunning of an issued invoice: it is disputed, say.
#[utoipa::path(
    tag = "dunning",
    operation_id = "block_dunning",
    params(("id" = Uuid, Path), MaybeIfMatch, Key),
    responses(
        (status = 200, body = InvoiceView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition"),
    ),
    security(("bearer" = ["invoice:dun", "invoice:read"])),
)]
#[post("/invoices/{id}/block-dunning")]
pub(crate) async fn block_dunning(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let command = BlockDunning { id: id.0, expected: expected.0, blocked: true };
    change_invoice(&app, &caller, key.0, command).await
}

/// End the block of an invoice's dunning.
#[utoipa::path(
    tag = "dunning",
    operation_id = "unblock_dunning",
    params(("id" = Uuid, Path), MaybeIfMatch, Key),
    responses(
        (status = 200, body = InvoiceView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition"),
    ),
    security(("bearer" = ["invoice:dun", "invoice:read"])),
)]
#[post("/invoices/{id}/unblock-dunning")]
pub(crate) async fn unblock_dunning(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let command = BlockDunning { id: id.0, expected: expected.0, blocked: false };
    change_invoice(&app, &caller, key.0, command).await
}

/// Make the next notice of each overdue invoice whose day has come: up to 100, in one transaction.
///
/// An invoice that cannot be dunned is skipped with the reason. A dry run makes nothing.
#[utoipa::path(
    tag = "dunning",
    operation_id = "run_dunning",
    params(
        ("dry_run" = Option<bool>, Query, description = "Whether nothing is made"),
        ("party_id" = Option<Uuid>, Query, description = "Only invoices of this party"),
        Key,
    ),
    responses(
        (status = 200, body = DunningRunView, description = "What the run would make today"),
        (status = 201, body = DunningRunView, headers(("Idempotent-Replayed"))),
        (status = 409, description = "dunning.level_taken"),
    ),
    security(("bearer" = ["invoice:dun", "invoice:read"])),
)]
#[post("/dunning-runs")]
pub(crate) async fn run_dunning(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let dry_run = query.flag("dry_run");
    let party = query.uuid("party_id").map(Id::from_uuid);
    query.done()?;
    if dry_run {
        let found = app.query(&caller, PreviewDunningRun { party }).await?;
        return Ok(HttpResponse::Ok().json(DunningRunView::previewed(found)));
    }
    let answer = app.execute_once(&caller, key.0, DunOverdue { party }, |run| {
        idempotency::made(&DunningRunView::made(run.clone()))
    });
    idempotency::respond(answer.await?)
}

/// List notices, as JSON or CSV.
#[utoipa::path(
    tag = "dunning",
    operation_id = "list_dunning_notices",
    params(
        ("invoice_id" = Option<Uuid>, Query, description = "Of this invoice"),
        ("party_id" = Option<Uuid>, Query, description = "To this party"),
        ("status" = Option<Vec<DunningStatusName>>, Query, description = "One of these statuses"),
        ("level" = Option<u8>, Query, minimum = 1, maximum = 5, description = "Of this level"),
        Paging<DunningNoticeSort>,
    ),
    responses(
        (status = 200, body = ListView<DunningNoticeView>, headers(("Link"))),
    ),
    security(("bearer" = ["invoice:read"])),
)]
#[get("/dunning-notices")]
pub(crate) async fn list_dunning_notices(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let level = |text: &str| {
        text.parse::<u8>().ok().filter(|level| (1..=MAX_LEVELS).contains(&usize::from(*level)))
    };
    let filter = DunningNoticeFilter {
        invoice: query.uuid("invoice_id").map(Id::from_uuid),
        party: query.uuid("party_id").map(Id::from_uuid),
        status: query.one_of("status", DunningStatus::NAMES, DunningStatus::from_name),
        level: query.take("level", "1 to 5", level),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListDunningNotices { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, DunningNoticeView::from).await
}

/// Read a notice.
#[utoipa::path(
    tag = "dunning",
    operation_id = "get_dunning_notice",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = DunningNoticeView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["invoice:read"])),
)]
#[get("/dunning-notices/{id}")]
pub(crate) async fn get_dunning_notice(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<DunningNotice>,
) -> Result<HttpResponse, ApiError> {
    let notice = app.query(&caller, GetDunningNotice { id: id.0 }).await?;
    let version = notice.revision.version;
    etag::item(&request, &DunningNoticeView::from(notice), version)
}

/// Take a wrong notice back: the last one of its invoice that holds. It stays in the lists.
#[utoipa::path(
    tag = "dunning",
    operation_id = "withdraw_dunning_notice",
    params(("id" = Uuid, Path), MaybeIfMatch, Key),
    responses(
        (status = 200, body = DunningNoticeView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition, dunning.not_newest"),
    ),
    security(("bearer" = ["invoice:dun", "invoice:read"])),
)]
#[post("/dunning-notices/{id}/withdraw")]
pub(crate) async fn withdraw_dunning_notice(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<DunningNotice>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let command = WithdrawNotice { id: id.0, expected: expected.0 };
    let answer = app.execute_once(&caller, key.0, command, |notice| {
        let version = notice.revision.version;
        idempotency::changed(&DunningNoticeView::from(notice.clone()), version)
    });
    idempotency::respond(answer.await?)
}

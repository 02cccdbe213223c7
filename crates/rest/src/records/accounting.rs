//! `/accounting`: what an accountant takes over.

mod datev;
mod view;

use actix_web::{HttpResponse, get, http::header, post, web::Bytes};
use futures::{StreamExt, stream};
use plinth_application::{
    Caller,
    accounting::{
        AssignAccounts, CheckEntries, Checked, EntryDays, EntryUse, ListAccounts, ListEntries,
        ListedEntry, PrepareDatev,
    },
};
use plinth_domain::Currency;
use std::io;

use crate::{
    dates,
    list::{ListQuery, ListView, MAX_ROWS, PageOf, Placed, pages},
    middleware::{App, Authenticated},
    problem::ApiError,
    record::Record,
    routing::Routes,
};
use datev::Writer;
use view::{AccountView, AssignedView, EntryView};

pub(super) const RECORD: Record =
    Record { routes, tag: ("accounting", "Entries of debit and credit for accountants") };

/// The most entries that one read of an export has.
const READ: u16 = 1_000;

fn routes(config: &mut Routes<'_>) {
    config.service(list_entries).service(list_accounts).service(get_datev).service(assign_accounts);
}

/// List entries of debit and credit by day: what issued invoices, payments and settlements mean for
/// the books. They are recomputed at each request.
#[utoipa::path(
    tag = "accounting",
    operation_id = "list_entries",
    params(
        ("from" = Option<String>, Query, format = Date, description = "The first day; by default that of the month of the last"),
        ("until" = Option<String>, Query, format = Date, description = "The last day; today by default"),
        ("currency" = Option<String>, Query, description = "Only entries in this currency (ISO 4217)"),
        Placed,
    ),
    responses(
        (status = 200, body = ListView<EntryView>, headers(("Link"))),
        (status = 409, description = "accounting.incomplete, accounting.too_large"),
        (status = 503, description = "search.busy, search.timeout"),
    ),
    security(("bearer" = ["report:read"])),
)]
#[get("/accounting/entries")]
pub(crate) async fn list_entries(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let days = days(&mut query);
    let page = query.placed(&caller)?;
    if query.is_csv {
        check(&app, &caller, days, (EntryUse::Table, MAX_ROWS)).await?;
    }
    let ask = move |page: PageOf| ListEntries { days, limit: page.limit, after: page.after };
    query.answer(app, caller, page, ask, EntryView::from).await
}

/// List the accounts that entries are posted to: the rules of the organization, and those of its chart.
#[utoipa::path(
    tag = "accounting",
    operation_id = "list_accounts",
    responses((status = 200, body = ListView<AccountView>)),
    security(("bearer" = ["report:read"])),
)]
#[get("/accounting/accounts")]
pub(crate) async fn list_accounts(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    query.done()?;
    let rules = app.query(&caller, ListAccounts).await?;
    Ok(query.answer_whole(rules.into_iter().map(AccountView::from).collect()))
}

/// Write the entries of some days of one fiscal year as a file for DATEV (`Buchungsstapel`).
#[utoipa::path(
    tag = "accounting",
    operation_id = "get_datev",
    params(
        ("from" = Option<String>, Query, format = Date, description = "The first day; by default that of the month of the last"),
        ("until" = Option<String>, Query, format = Date, description = "The last day; today by default"),
        ("currency" = Option<String>, Query, description = "Only entries in this currency (ISO 4217); without it, an entry in another currency than that of the organization is refused"),
    ),
    responses(
        (
            status = 200,
            description = "The file: EXTF, version 700, category 21, format 13, in Windows-1252",
            body = Vec<u8>,
            content_type = "text/csv",
            headers(("Content-Disposition")),
        ),
        (status = 409, description = "accounting.incomplete, accounting.fiscal_years, accounting.too_large, accounting.not_in_datev"),
        (status = 503, description = "search.busy, search.timeout"),
    ),
    security(("bearer" = ["report:read"])),
)]
#[get("/accounting/datev")]
pub(crate) async fn get_datev(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let days = days(&mut query);
    query.done()?;
    let batch = app.query(&caller, PrepareDatev { days }).await?;
    let days = EntryDays { from: Some(batch.from), until: Some(batch.until), ..days };
    check(&app, &caller, days, (EntryUse::Datev, datev::MAX_ROWS)).await?;
    let page = PageOf { limit: READ, after: None };
    let ask = move |page: PageOf| ListEntries { days, limit: page.limit, after: page.after };
    let deadline = query.deadline();
    let first = app.query(&caller, ask(page.clone())).await?;
    let file = datev::file_name(&batch);
    let writer = Writer::new(batch);
    let head = stream::iter([Ok(Bytes::from(datev::encoded(&writer.head())))]);
    let rows = pages(app, caller, page, first, deadline, ask).map(move |page| {
        let rows: String = page?.items.iter().map(|one: &ListedEntry| writer.row(one)).collect();
        Ok::<_, io::Error>(Bytes::from(datev::encoded(&rows)))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=windows-1252")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")))
        .streaming(head.chain(rows)))
}

/// Give accounts to up to 200 customers and 200 suppliers without one, the oldest first: the number
/// after the highest of their range (DATEV: 10000 to 69999, and 70000 to 99999, with four-digit
/// accounts).
#[utoipa::path(
    tag = "accounting",
    operation_id = "assign_accounts",
    responses(
        (status = 200, body = AssignedView),
        (status = 409, description = "accounting.accounts_used_up, party.account_taken"),
    ),
    security(("bearer" = ["party:update"])),
)]
#[post("/accounting/assign-accounts")]
pub(crate) async fn assign_accounts(
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    let assigned = app.execute(&caller, AssignAccounts).await?;
    Ok(HttpResponse::Ok().json(AssignedView::from(assigned)))
}

fn days(query: &mut ListQuery) -> EntryDays {
    let from = query.day("from");
    let until = query.take("until", "a day such as 2026-11-20, not before `from`", |text| {
        dates::day(text).filter(|until| from.is_none_or(|from| from <= *until))
    });
    let currency =
        query.take("currency", "an ISO 4217 code such as EUR", |text| Currency::parse(text).ok());
    EntryDays { from, until, currency }
}

/// Checks all entries before a file of them begins: it must not end in the middle.
async fn check(
    app: &App,
    caller: &Caller,
    days: EntryDays,
    (purpose, most): (EntryUse, usize),
) -> Result<(), ApiError> {
    let mut all = Checked::default();
    loop {
        let after = all.next.take();
        let found = app.query(caller, CheckEntries { days, purpose, after }).await?;
        all.add(found, most)?;
        if all.next.is_none() {
            return Ok(());
        }
    }
}

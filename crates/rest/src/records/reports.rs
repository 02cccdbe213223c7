//! `/reports`, and the finances of a project.

mod body;
mod files;
mod view;

use actix_web::{HttpResponse, get, post};
use plinth_application::reports::{EarnedRevenue, OpenItems, Period, ProjectFinances, VatReport};
use plinth_domain::{InvoiceDirection, Project};
use plinth_ports::records::reports::RevenueBy;

use crate::{
    idempotency,
    jobs::{self, JobView},
    json::Body,
    list::{ListQuery, ListView},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
};
use body::NewReport;
pub use files::ReportFiles;
use view::{FinancesView, OpenView, RevenueByName, RevenueView, VatSumView};

use super::invoices::InvoiceDirectionName;

pub(super) const RECORD: Record =
    Record { routes, tag: ("reports", "Sums over invoices, payments and contracts") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(get_receivables)
        .service(get_revenue)
        .service(get_vat)
        .service(get_finances)
        .service(create_report);
}

/// What is open by party and age, as JSON or CSV.
#[utoipa::path(
    tag = "reports",
    operation_id = "get_receivables",
    params(
        ("as_of" = Option<String>, Query, description = "At the end of this day; of today by default"),
        ("direction" = Option<InvoiceDirectionName>, Query, description = "`receivable` by default; `payable` for what the organization owes"),
    ),
    responses(
        (status = 200, body = ListView<OpenView>),
        (status = 409, description = "report.too_large, report.overflow"),
        (status = 503, description = "search.busy, search.timeout"),
    ),
    security(("bearer" = ["report:read"])),
)]
#[get("/reports/receivables")]
pub(crate) async fn get_receivables(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let as_of = query.day("as_of");
    let direction = query.take("direction", "receivable or payable", InvoiceDirection::from_name);
    query.done()?;
    let direction = direction.unwrap_or(InvoiceDirection::Receivable);
    let (day, rows) = app.query(&caller, OpenItems { direction, as_of }).await?;
    Ok(query.answer_whole(rows.into_iter().map(|row| OpenView::new(day, row)).collect()))
}

/// What outgoing invoices less credit notes have earned, as JSON or CSV.
#[utoipa::path(
    tag = "reports",
    operation_id = "get_revenue",
    params(
        ("from" = Option<String>, Query, description = "The first day of issue; by default that of the year of the last"),
        ("until" = Option<String>, Query, description = "The last day of issue; today by default"),
        ("by" = Option<RevenueByName>, Query, description = "`month` by default"),
    ),
    responses(
        (status = 200, body = ListView<RevenueView>),
        (status = 409, description = "report.too_large, report.overflow"),
        (status = 503, description = "search.busy, search.timeout"),
    ),
    security(("bearer" = ["report:read"])),
)]
#[get("/reports/revenue")]
pub(crate) async fn get_revenue(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let (from, until) = (query.day("from"), query.day("until"));
    let by = query.take("by", "month, party or project", RevenueBy::from_name);
    query.done()?;
    let by = by.unwrap_or(RevenueBy::Month);
    let rows = app.query(&caller, EarnedRevenue { from, until, by }).await?;
    Ok(query.answer_whole(rows.into_iter().map(|row| RevenueView::new(by, row)).collect()))
}

/// The VAT of issued documents by direction, category and rate, as JSON or CSV.
#[utoipa::path(
    tag = "reports",
    operation_id = "get_vat",
    params(
        ("period" = Option<String>, Query, description = "A month, a quarter or a year of issue: `2026-11`, `2026-Q4`, `2026`; this month by default"),
    ),
    responses(
        (status = 200, body = ListView<VatSumView>),
        (status = 409, description = "report.too_large, report.overflow"),
        (status = 503, description = "search.busy, search.timeout"),
    ),
    security(("bearer" = ["report:read"])),
)]
#[get("/reports/vat")]
pub(crate) async fn get_vat(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let expected = "a month, a quarter or a year such as 2026-11, 2026-Q4 or 2026";
    let period = query.take("period", expected, Period::parse);
    query.done()?;
    let rows = app.query(&caller, VatReport { period }).await?;
    Ok(query.answer_whole(rows.into_iter().map(VatSumView::from).collect()))
}

/// What was agreed, invoiced, paid and spent for a project, by currency, as JSON or CSV.
#[utoipa::path(
    tag = "reports",
    operation_id = "get_project_finances",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = ListView<FinancesView>),
        (status = 409, description = "report.overflow"),
        (status = 503, description = "search.busy, search.timeout"),
    ),
    security(("bearer" = ["report:read", "project:read"])),
)]
#[get("/projects/{id}/finances")]
pub(crate) async fn get_finances(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Project>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    query.done()?;
    let rows = app.query(&caller, ProjectFinances { id: id.0 }).await?;
    Ok(query.answer_whole(rows.into_iter().map(FinancesView::from).collect()))
}

/// Make a report as a document.
///
/// For a report that is too large, or too slow, for an answer at once: a worker computes it within a
/// minute, up to 100,000 rows and 64 MiB. The answer is the job. Once it has succeeded, its payload
/// names the document; a job that failed for good has the code of its error. While the job of the same
/// report is open, that one is the answer.
#[utoipa::path(
    tag = "reports",
    operation_id = "create_report",
    request_body = NewReport,
    params(idempotency::Key),
    responses(
        (status = 202, body = JobView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 403, description = "limit.reached"),
        (status = 409, description = "plan_limit_exceeded"),
    ),
    security(("bearer" = ["report:create", "report:read", "job:read"])),
)]
#[post("/reports")]
pub(crate) async fn create_report(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewReport>,
) -> Result<HttpResponse, ApiError> {
    let answer = app.execute_once(&caller, body.key, body.value, jobs::accepted);
    idempotency::respond(answer.await?)
}

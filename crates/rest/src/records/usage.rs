//! `/usage`

use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use plinth_application::executions::{GetUsage, MAX_USAGE_DAYS, UsageDays};
use plinth_domain::{BudgetPeriod, Id};
use plinth_ports::records::execution_usage::{UsageBy, UsageRow};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    dates,
    list::{ListQuery, ListView},
    middleware::{App, Authenticated},
    problem::ApiError,
    record::Record,
    routing::Routes,
    values::{BudgetPeriodName, names},
};

pub(super) const RECORD: Record =
    Record { routes, tag: ("usage", "What executions have cost, added up") };

fn routes(config: &mut Routes<'_>) {
    config.service(get_usage);
}

names! {
    /// How usage is grouped within a period.
    UsageByName = Prompt, Model, ApiKey, User, Project
}

/// What the executions of a period, and of a record, have cost.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Usage)]
pub(crate) struct UsageView {
    /// The first day of the period. The first period begins with the first day that is asked for.
    starts_on: NaiveDate,
    /// The record; nothing for executions without one, and where they are not grouped.
    record_id: Option<Uuid>,
    /// The name of the record, as it is now; nothing where it is gone.
    record_name: Option<String>,
    /// All executions that were created in the period.
    executions: u64,
    succeeded: u64,
    /// Those that failed or timed out.
    failed: u64,
    cancelled: u64,
    /// The tokens of what was asked, with those of a cache.
    tokens_input: u64,
    /// The tokens that were read from a cache.
    tokens_cached: u64,
    /// The tokens of the answers.
    tokens_output: u64,
    /// The cost, as far as it is known.
    cost_nano_usd: i64,
    /// The executions that have ended and whose cost is unknown, since a price was.
    unpriced: u64,
}

impl From<UsageRow> for UsageView {
    fn from(row: UsageRow) -> Self {
        let sums = row.sums;
        Self {
            starts_on: row.starts_on,
            record_id: row.record,
            record_name: row.name,
            executions: sums.executions,
            succeeded: sums.succeeded,
            failed: sums.failed,
            cancelled: sums.cancelled,
            tokens_input: sums.tokens_input,
            tokens_cached: sums.tokens_cached,
            tokens_output: sums.tokens_output,
            cost_nano_usd: sums.cost,
            unpriced: sums.unpriced,
        }
    }
}

/// The days from `from` to `until`.
pub(crate) fn days(query: &mut ListQuery) -> UsageDays {
    let from = query.day("from");
    let expected = format!("a day, one of the {MAX_USAGE_DAYS} days from `from` on");
    let days = query.take("until", &expected, |text| UsageDays::new(from, Some(dates::day(text)?)));
    days.or_else(|| UsageDays::new(from, None)).unwrap_or_default()
}

/// What executions have cost, by day or month, as JSON or CSV.
///
/// Days are those of the organization's time zone. An execution counts for the day on which it was
/// created. Periods without executions have no rows.
#[utoipa::path(
    tag = "usage",
    operation_id = "get_usage",
    params(
        ("from" = Option<String>, Query, description = "The first day; by default that of the month of the last one"),
        ("until" = Option<String>, Query, description = "The last day, at most 365 days after the first; today by default"),
        ("per" = Option<BudgetPeriodName>, Query, description = "The length of the periods; `day` by default"),
        ("by" = Option<UsageByName>, Query, description = "How a period is divided; not at all by default"),
        ("project_id" = Option<Uuid>, Query, description = "Only executions for this project"),
    ),
    responses(
        (status = 200, body = ListView<UsageView>),
        (status = 409, description = "report.too_large"),
        (status = 503, description = "search.busy, search.timeout"),
    ),
    security(("bearer" = ["budget:read"])),
)]
#[get("/usage")]
pub(crate) async fn get_usage(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let days = days(&mut query);
    let per = query.take("per", "day or month", BudgetPeriod::from_name);
    let by = query.take("by", "prompt, model, api_key, user or project", UsageBy::from_name);
    let project = query.uuid("project_id").map(Id::from_uuid);
    query.done()?;
    let per = per.unwrap_or(BudgetPeriod::Day);
    let rows = app.query(&caller, GetUsage { days, per, by, project }).await?;
    Ok(query.answer_whole(rows.into_iter().map(UsageView::from).collect()))
}

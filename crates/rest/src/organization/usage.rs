//! `/organization/usage`

use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use plinth_application::usage::{DayUsage, LimitState, MonthUsage, OrganizationUsage};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    middleware::{App, Authenticated},
    problem::ApiError,
    values::names,
};

names! {
    /// What a plan limits.
    PlanLimitName =
        Members, Documents, StorageBytes, ApiCallsPerDay, ExecutionsPerMonth, AiNanoUsdPerMonth
}

/// A limit of the plan, and what is used of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganizationLimit)]
pub(crate) struct LimitView {
    #[schema(value_type = PlanLimitName)]
    limit: &'static str,
    /// What the plan allows; `null` where it has no such limit.
    #[schema(minimum = 0)]
    allowed: Option<u64>,
    #[schema(minimum = 0)]
    used: u64,
    /// The first day of the period that is counted, in UTC; `null` for what the organization has now.
    period_starts_on: Option<NaiveDate>,
    /// Whether at least 80 % are used.
    near: bool,
}

impl From<&LimitState> for LimitView {
    fn from(state: &LimitState) -> Self {
        Self {
            limit: state.limit.name(),
            allowed: state.allowed,
            used: state.used,
            period_starts_on: state.starts_on,
            near: state.is_near(),
        }
    }
}

/// What was used in a month of UTC.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganizationMonth)]
pub(crate) struct MonthView {
    starts_on: NaiveDate,
    /// Requests of the API.
    #[schema(minimum = 0)]
    api_calls: u64,
    /// Executions that were begun.
    #[schema(minimum = 0)]
    executions: u64,
    /// What executions have cost that have ended.
    #[schema(minimum = 0)]
    ai_nano_usd: u64,
}

impl From<&MonthUsage> for MonthView {
    fn from(month: &MonthUsage) -> Self {
        Self {
            starts_on: month.starts_on,
            api_calls: month.api_calls,
            executions: month.executions,
            ai_nano_usd: month.ai_cost,
        }
    }
}

/// How often the API was called on a day of UTC.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganizationDay)]
pub(crate) struct DayView {
    day: NaiveDate,
    #[schema(minimum = 0)]
    api_calls: u64,
}

impl From<&DayUsage> for DayView {
    fn from(day: &DayUsage) -> Self {
        Self { day: day.day, api_calls: day.api_calls }
    }
}

/// What the organization uses, and what its plan allows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganizationUsage)]
pub(crate) struct UsageView {
    /// The plan that counts: `default` where the organization has none, or one that is not offered any
    /// more.
    #[schema(example = "team")]
    plan: String,
    limits: Vec<LimitView>,
    /// The last 24 months in which something was used, the newest first.
    months: Vec<MonthView>,
    /// The days of the current month on which the API was called, the newest first.
    days: Vec<DayView>,
}

impl From<&OrganizationUsage> for UsageView {
    fn from(usage: &OrganizationUsage) -> Self {
        Self {
            plan: usage.plan.clone(),
            limits: usage.limits.iter().map(LimitView::from).collect(),
            months: usage.months.iter().map(MonthView::from).collect(),
            days: usage.days.iter().map(DayView::from).collect(),
        }
    }
}

/// Read what the organization uses, and what its plan allows.
///
/// Requests of the last ten seconds may be missing.
#[utoipa::path(
    tag = "organization",
    operation_id = "get_organization_usage",
    responses(
        (status = 200, body = UsageView),
        (status = 503, description = "search.busy, search.timeout"),
    ),
    security(("bearer" = ["organization:read"])),
)]
#[get("/organization/usage")]
pub(crate) async fn get_organization_usage(
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    let usage = app.organization_usage(&caller).await?;
    Ok(HttpResponse::Ok().json(UsageView::from(&usage)))
}

//! `/budgets`

mod dto;

use actix_web::{HttpResponse, delete, get, patch, post};
use plinth_application::budgets::{
    CreateBudget, GetBudget, ListBudgets, RemoveBudget, UpdateBudget,
};
use plinth_domain::{Budget, BudgetPeriod, BudgetScope};
use plinth_ports::{BudgetFilter, BudgetSort};

use crate::{
    etag::{self, IfMatch},
    idempotency,
    json::Body,
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
    values::BudgetPeriodName,
};
use dto::{BudgetPatch, BudgetScopeName, BudgetView, NewBudget};

pub(super) const RECORD: Record =
    Record { routes, tag: ("budgets", "What the organization lets its executions cost") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_budgets)
        .service(create_budget)
        .service(get_budget)
        .service(update_budget)
        .service(delete_budget);
}

/// Create a budget.
#[utoipa::path(
    tag = "budgets",
    operation_id = "create_budget",
    params(idempotency::Key),
    request_body = NewBudget,
    responses(
        (status = 201, body = BudgetView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "budget.exists"),
    ),
    security(("bearer" = ["budget:create"])),
)]
#[post("/budgets")]
pub(crate) async fn create_budget(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewBudget>,
) -> Result<HttpResponse, ApiError> {
    let command = CreateBudget { draft: body.value };
    idempotency::create::<BudgetView, Budget, _>(&app, &caller, body.key, command).await
}

/// List budgets.
#[utoipa::path(
    tag = "budgets",
    operation_id = "list_budgets",
    params(
        ("scope" = Option<Vec<BudgetScopeName>>, Query, description = "One of these scopes"),
        ("period" = Option<Vec<BudgetPeriodName>>, Query, description = "One of these periods"),
        Paging<BudgetSort>,
    ),
    responses((status = 200, body = ListView<BudgetView>, headers(("Link")))),
    security(("bearer" = ["budget:read"])),
)]
#[get("/budgets")]
pub(crate) async fn list_budgets(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let scope = |name: &str| BudgetScope::NAMES.into_iter().find(|known| *known == name);
    let filter = BudgetFilter {
        scope: query.one_of("scope", &BudgetScope::NAMES, scope),
        period: query.one_of("period", BudgetPeriod::NAMES, BudgetPeriod::from_name),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListBudgets { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, BudgetView::from).await
}

/// Read a budget.
///
/// The `ETag` covers the budget, and not what its period has cost.
#[utoipa::path(
    tag = "budgets",
    operation_id = "get_budget",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = BudgetView, headers(("ETag")))),
    security(("bearer" = ["budget:read"])),
)]
#[get("/budgets/{id}")]
pub(crate) async fn get_budget(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Budget>,
) -> Result<HttpResponse, ApiError> {
    let state = app.query(&caller, GetBudget { id: id.0 }).await?;
    let version = state.budget.revision.version;
    // Never 304: what the period has cost changes without the version.
    Ok(etag::changed(&BudgetView::from(state), version))
}

/// Change a budget.
#[utoipa::path(
    tag = "budgets",
    operation_id = "update_budget",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = BudgetPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = BudgetView, headers(("ETag")))),
    security(("bearer" = ["budget:update"])),
)]
#[patch("/budgets/{id}")]
pub(crate) async fn update_budget(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Budget>,
    expected: IfMatch,
    body: Body<BudgetPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = UpdateBudget { id: id.0, expected: expected.0, changes: body.value };
    let state = app.execute(&caller, command).await?;
    let version = state.budget.revision.version;
    Ok(etag::changed(&BudgetView::from(state), version))
}

/// Remove a budget permanently: what it counted is limited no more.
#[utoipa::path(
    tag = "budgets",
    operation_id = "delete_budget",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The budget is removed"),
        (status = 409, description = "record.in_use"),
    ),
    security(("bearer" = ["budget:delete"])),
)]
#[delete("/budgets/{id}")]
pub(crate) async fn delete_budget(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Budget>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RemoveBudget { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

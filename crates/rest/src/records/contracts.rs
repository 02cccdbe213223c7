//! `/contracts`

mod dto;
mod patch;
mod positions;
mod transitions;
mod views;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use plinth_application::contracts::{GetContract, ListContracts, RemoveContract, UpdateContract};
use plinth_domain::{Contract, ContractRole, ContractStatus, Id, Text};
use plinth_ports::{
    Search,
    records::contracts::{ContractFilter, ContractSort},
};

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
};
use dto::NewContract;
use patch::ContractPatch;
use views::{ContractRoleName, ContractStatusName, ContractView};

pub(super) const RECORD: Record =
    Record { routes, tag: ("contracts", "What was agreed with customers and suppliers") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_contracts)
        .service(create_contract)
        .service(get_contract)
        .service(update_contract)
        .service(delete_contract)
        .service(transitions::activate_contract)
        .service(transitions::complete_contract)
        .service(transitions::terminate_contract)
        .service(positions::list_contract_positions)
        .service(positions::list_contract_amendments)
        .service(positions::amend_contract)
        .service(positions::get_contract_balance);
}

/// Create a contract: a draft, with its positions.
#[utoipa::path(
    tag = "contracts",
    operation_id = "create_contract",
    params(idempotency::Key),
    request_body = NewContract,
    responses(
        (status = 201, body = ContractView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "contract.number_taken"),
    ),
    security(("bearer" = ["contract:create"])),
)]
#[post("/contracts")]
pub(crate) async fn create_contract(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewContract>,
) -> Result<HttpResponse, ApiError> {
    idempotency::create::<ContractView, Contract, _>(&app, &caller, body.key, body.value).await
}

/// List contracts.
#[utoipa::path(
    tag = "contracts",
    operation_id = "list_contracts",
    params(
        ("status" = Option<Vec<ContractStatusName>>, Query, description = "One of these statuses"),
        ("role" = Option<ContractRoleName>, Query, description = "Only sales, or only purchases"),
        ("party_id" = Option<Uuid>, Query, description = "With this party"),
        ("project_id" = Option<Uuid>, Query, description = "Of this project"),
        ("number" = Option<String>, Query, min_length = 1, max_length = 40, description = "Filter by number"),
        ("q" = Option<String>, Query, min_length = 1, max_length = 100, description = "Words in number or title; tolerates typos"),
        Paging<ContractSort>,
    ),
    responses(
        (status = 200, body = ListView<ContractView>, headers(("Link"))),
    ),
    security(("bearer" = ["contract:read"])),
)]
#[get("/contracts")]
pub(crate) async fn list_contracts(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let roles = ContractRole::NAMES.join(" or ");
    let filter = ContractFilter {
        status: query.one_of("status", ContractStatus::NAMES, ContractStatus::from_name),
        role: query.take("role", &roles, ContractRole::from_name),
        party: query.uuid("party_id").map(Id::from_uuid),
        project: query.uuid("project_id").map(Id::from_uuid),
        among: None,
        number: query.take("number", "1 to 40 characters", |text| Text::parse(text).ok()),
        search: query.text("q", 100).map(|q| Search::new(&q, true)),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListContracts { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, ContractView::from).await
}

/// Read a contract.
#[utoipa::path(
    tag = "contracts",
    operation_id = "get_contract",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = ContractView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["contract:read"])),
)]
#[get("/contracts/{id}")]
pub(crate) async fn get_contract(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Contract>,
) -> Result<HttpResponse, ApiError> {
    let contract = app.query(&caller, GetContract { id: id.0 }).await?;
    let version = contract.revision.version;
    etag::item(&request, &ContractView::from(contract), version)
}

/// Change a contract. Number, project, party, role, currency, retention and positions change only in a
/// draft; afterwards an amendment changes what was agreed.
#[utoipa::path(
    tag = "contracts",
    operation_id = "update_contract",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = ContractPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = ContractView, headers(("ETag"))),
        (status = 409, description = "contract.number_taken, state.transition"),
    ),
    security(("bearer" = ["contract:update"])),
)]
#[patch("/contracts/{id}")]
pub(crate) async fn update_contract(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Contract>,
    expected: IfMatch,
    body: Body<ContractPatch>,
) -> Result<HttpResponse, ApiError> {
    let (changes, metadata) = body.value;
    let command = UpdateContract { id: id.0, expected: expected.0, changes, metadata };
    let contract = app.execute(&caller, command).await?;
    let version = contract.revision.version;
    Ok(etag::changed(&ContractView::from(contract), version))
}

/// Remove a draft.
#[utoipa::path(
    tag = "contracts",
    operation_id = "delete_contract",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The draft is removed with its positions"),
        (status = 409, description = "state.transition, record.in_use"),
    ),
    security(("bearer" = ["contract:delete"])),
)]
#[delete("/contracts/{id}")]
pub(crate) async fn delete_contract(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Contract>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RemoveContract { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

use actix_web::{HttpResponse, get, post};
use plinth_application::{
    Error, Rendered,
    contracts::{
        AmendContract, Amendment, GetContractBalance, ListContractAmendments, ListContractPositions,
    },
};
use plinth_domain::Contract;

use super::{
    dto::NewContractAmendment,
    views::{
        AmendedContractView, ContractAmendmentView, ContractBalanceView, ContractPositionView,
        ContractView,
    },
};
use crate::{
    etag::MaybeIfMatch,
    idempotency,
    json::Body,
    list::{ListQuery, ListView},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
};

/// List all positions of a contract in one page, with those of its amendments.
#[utoipa::path(
    tag = "contracts",
    operation_id = "list_contract_positions",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ListView<ContractPositionView>)),
    security(("bearer" = ["contract:read"])),
)]
#[get("/contracts/{id}/positions")]
pub(crate) async fn list_contract_positions(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Contract>,
    query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let (contract, positions) = app.query(&caller, ListContractPositions { id: id.0 }).await?;
    let view = |position| ContractPositionView::of(position, contract.currency);
    Ok(query.answer_whole(positions.iter().map(view).collect()))
}

/// List all amendments of a contract in one page.
#[utoipa::path(
    tag = "contracts",
    operation_id = "list_contract_amendments",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ListView<ContractAmendmentView>)),
    security(("bearer" = ["contract:read"])),
)]
#[get("/contracts/{id}/amendments")]
pub(crate) async fn list_contract_amendments(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Contract>,
    query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let (contract, amendments) = app.query(&caller, ListContractAmendments { id: id.0 }).await?;
    let view = |amendment| ContractAmendmentView::of(amendment, contract.currency);
    Ok(query.answer_whole(amendments.iter().map(view).collect()))
}

/// Amend an active contract. Each position of the amendment is a new one, or changes a position by the
/// difference in quantity or amount. An amendment never changes.
#[utoipa::path(
    tag = "contracts",
    operation_id = "amend_contract",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    request_body = NewContractAmendment,
    responses(
        (status = 201, body = AmendedContractView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition, contract.amendments_exhausted"),
    ),
    security(("bearer" = ["contract:update"])),
)]
#[post("/contracts/{id}/amendments")]
pub(crate) async fn amend_contract(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Contract>,
    expected: MaybeIfMatch,
    body: Body<NewContractAmendment>,
) -> Result<HttpResponse, ApiError> {
    let command = AmendContract { id: id.0, expected: expected.0, draft: body.value };
    idempotency::respond(app.execute_once(&caller, body.key, command, amended).await?)
}

fn amended(amendment: &Amendment) -> Result<Rendered, Error> {
    let Amendment { contract, amendment } = amendment;
    let view = AmendedContractView {
        amendment: ContractAmendmentView::of(amendment, contract.currency),
        contract: ContractView::from(contract.clone()),
    };
    let location = format!("/api/v1/contracts/{}/amendments", contract.id);
    idempotency::created(&view, contract.revision.version, location)
}

/// Read what is agreed, invoiced, paid and open, in all and by position.
#[utoipa::path(
    tag = "contracts",
    operation_id = "get_contract_balance",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ContractBalanceView)),
    security(("bearer" = ["contract:read", "invoice:read"])),
)]
#[get("/contracts/{id}/balance")]
pub(crate) async fn get_contract_balance(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Contract>,
) -> Result<HttpResponse, ApiError> {
    let balance = app.query(&caller, GetContractBalance { id: id.0 }).await?;
    Ok(HttpResponse::Ok().json(ContractBalanceView::from(balance)))
}

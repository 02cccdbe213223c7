use actix_web::{HttpResponse, post};
use plinth_application::contracts::{ActivateContract, CompleteContract, TerminateContract};
use plinth_domain::{Contract, Lines, Termination};
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::ContractView;
use crate::{
    etag::MaybeIfMatch,
    idempotency::{self, Key},
    json::{Body, Faults, Form},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    values::day,
};

/// Activate a draft that has positions; one without a number gets the next of its series. From then on
/// only amendments change what was agreed.
#[utoipa::path(
    tag = "contracts",
    operation_id = "activate_contract",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    responses(
        (status = 200, body = ContractView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition, contract.number_taken, contract.positions_missing"),
    ),
    security(("bearer" = ["contract:update"])),
)]
#[post("/contracts/{id}/activate")]
pub(crate) async fn activate_contract(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Contract>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let command = ActivateContract { id: id.0, expected: expected.0 };
    idempotency::change::<ContractView, Contract, _>(&app, &caller, key.0, command).await
}

/// Complete an active contract: both sides have fulfilled it.
#[utoipa::path(
    tag = "contracts",
    operation_id = "complete_contract",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    responses(
        (status = 200, body = ContractView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition"),
    ),
    security(("bearer" = ["contract:update"])),
)]
#[post("/contracts/{id}/complete")]
pub(crate) async fn complete_contract(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Contract>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let command = CompleteContract { id: id.0, expected: expected.0 };
    idempotency::change::<ContractView, Contract, _>(&app, &caller, key.0, command).await
}

/// When and why a contract ends before it is fulfilled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContractTermination {
    /// Not before `signed_at`.
    #[schema(format = Date, example = "2026-11-20")]
    terminated_on: String,
    #[schema(min_length = 1, max_length = 1000, example = "Insolvency of the customer")]
    reason: String,
}

impl Form for ContractTermination {
    type Value = Termination;

    fn check(self, f: &mut Faults) -> Option<Termination> {
        let on = f.check("/terminated_on", day(&self.terminated_on));
        let reason = f.check("/reason", Lines::parse(&self.reason));
        Some(Termination { on: on?, reason: reason? })
    }
}

/// Terminate an active contract before it is fulfilled.
#[utoipa::path(
    tag = "contracts",
    operation_id = "terminate_contract",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    request_body = ContractTermination,
    responses(
        (status = 200, body = ContractView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition"),
    ),
    security(("bearer" = ["contract:update"])),
)]
#[post("/contracts/{id}/terminate")]
pub(crate) async fn terminate_contract(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Contract>,
    expected: MaybeIfMatch,
    body: Body<ContractTermination>,
) -> Result<HttpResponse, ApiError> {
    let command = TerminateContract { id: id.0, expected: expected.0, end: body.value };
    idempotency::change::<ContractView, Contract, _>(&app, &caller, body.key, command).await
}

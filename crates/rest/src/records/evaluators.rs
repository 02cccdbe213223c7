//! `/evaluators`

mod body;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use plinth_application::evaluators::{
    CreateEvaluator, GetEvaluator, ListEvaluators, RemoveEvaluator, UpdateEvaluator,
};
use plinth_domain::{Evaluator, EvaluatorKind, Name};
use plinth_ports::records::evaluators::{EvaluatorFilter, EvaluatorSort};

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

use body::{EvaluatorKindName, EvaluatorPatch, EvaluatorView, NewEvaluator};

pub(super) const RECORD: Record =
    Record { routes, tag: ("evaluators", "What compares answers with what was expected") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_evaluators)
        .service(create_evaluator)
        .service(get_evaluator)
        .service(update_evaluator)
        .service(delete_evaluator);
}

/// Create an evaluator.
#[utoipa::path(
    tag = "evaluators",
    operation_id = "create_evaluator",
    params(idempotency::Key),
    request_body = NewEvaluator,
    responses((status = 201, body = EvaluatorView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))), (status = 409, description = "evaluator.name_taken")),
    security(("bearer" = ["evaluator:create"])),
)]
#[post("/evaluators")]
pub(crate) async fn create_evaluator(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewEvaluator>,
) -> Result<HttpResponse, ApiError> {
    let command = CreateEvaluator { draft: body.value };
    idempotency::create::<EvaluatorView, Evaluator, _>(&app, &caller, body.key, command).await
}

/// List evaluators.
#[utoipa::path(
    tag = "evaluators",
    operation_id = "list_evaluators",
    params(
        ("name" = Option<String>, Query, min_length = 1, max_length = 200, description = "Filter by `name`"),
        ("kind" = Option<Vec<EvaluatorKindName>>, Query, description = "One of these kinds"),
        Paging<EvaluatorSort>,
    ),
    responses((status = 200, body = ListView<EvaluatorView>, headers(("Link")))),
    security(("bearer" = ["evaluator:read"])),
)]
#[get("/evaluators")]
pub(crate) async fn list_evaluators(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let names = EvaluatorKind::ALL.map(EvaluatorKind::name);
    let filter = EvaluatorFilter {
        name: query.take("name", "1 to 200 characters", |text| Name::parse(text).ok()),
        kind: query.one_of("kind", &names, EvaluatorKind::from_name),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListEvaluators { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, EvaluatorView::from).await
}

/// Read an evaluator.
#[utoipa::path(
    tag = "evaluators",
    operation_id = "get_evaluator",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = EvaluatorView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["evaluator:read"])),
)]
#[get("/evaluators/{id}")]
pub(crate) async fn get_evaluator(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Evaluator>,
) -> Result<HttpResponse, ApiError> {
    let evaluator = app.query(&caller, GetEvaluator { id: id.0 }).await?;
    let version = evaluator.revision.version;
    etag::item(&request, &EvaluatorView::from(evaluator), version)
}

/// Change an evaluator. Another definition has the next `number`; evaluations keep the definition with
/// which they were made.
#[utoipa::path(
    tag = "evaluators",
    operation_id = "update_evaluator",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = EvaluatorPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = EvaluatorView, headers(("ETag"))), (status = 409, description = "evaluator.name_taken")),
    security(("bearer" = ["evaluator:update"])),
)]
#[patch("/evaluators/{id}")]
pub(crate) async fn update_evaluator(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Evaluator>,
    expected: IfMatch,
    body: Body<EvaluatorPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = UpdateEvaluator { id: id.0, expected: expected.0, changes: body.value };
    let evaluator = app.execute(&caller, command).await?;
    let version = evaluator.revision.version;
    Ok(etag::changed(&EvaluatorView::from(evaluator), version))
}

/// Remove an evaluator that no evaluation has.
#[utoipa::path(
    tag = "evaluators",
    operation_id = "delete_evaluator",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The evaluator is removed"),
        (status = 409, description = "record.in_use"),
    ),
    security(("bearer" = ["evaluator:delete"])),
)]
#[delete("/evaluators/{id}")]
pub(crate) async fn delete_evaluator(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Evaluator>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RemoveEvaluator { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

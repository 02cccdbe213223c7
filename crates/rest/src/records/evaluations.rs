//! `/evaluations`

mod body;
mod results;
mod view;

use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use plinth_application::evaluations::{
    CancelEvaluation, CreateEvaluation, EvaluationDetails, GetEvaluation, ListEvaluations,
    RemoveEvaluation, ResumeEvaluation,
};
use plinth_domain::{Evaluation, EvaluationStatus, Id, MAX_PROMPT_VERSIONS};
use plinth_ports::{EvaluationFilter, EvaluationSort};

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

use body::NewEvaluation;
use view::{EvaluationStatusName, EvaluationView};

pub(super) const RECORD: Record = Record {
    routes,
    tag: ("evaluations", "How well versions of prompts answer the items of data sets"),
};

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_evaluations)
        .service(create_evaluation)
        .service(get_evaluation)
        .service(delete_evaluation)
        .service(cancel_evaluation)
        .service(resume_evaluation)
        .service(results::list_evaluation_results);
}

/// Evaluate a version of a prompt with the items that a data set has now. A worker runs it.
///
/// The version, the items and the definitions of the evaluators are pinned. Executions are made with the
/// permissions of a member, hence `execution:create`.
#[utoipa::path(
    tag = "evaluations",
    operation_id = "create_evaluation",
    params(idempotency::Key),
    request_body = NewEvaluation,
    responses(
        (status = 201, body = EvaluationView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 403, description = "api_key.other_prompt"),
        (status = 409, description = "dataset.empty"),
        (status = 429, description = "evaluations.too_many"),
    ),
    security(("bearer" = ["evaluation:create", "execution:create"])),
)]
#[post("/evaluations")]
pub(crate) async fn create_evaluation(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewEvaluation>,
) -> Result<HttpResponse, ApiError> {
    let command = CreateEvaluation { new: body.value };
    let answer = app.execute_once(&caller, body.key, command, |(evaluation, criteria)| {
        let location = format!("/api/v1/evaluations/{}", evaluation.id);
        let version = evaluation.revision.version;
        let details =
            EvaluationDetails { evaluation: evaluation.clone(), criteria: criteria.clone() };
        idempotency::created(&EvaluationView::from(details), version, location)
    });
    idempotency::respond(answer.await?)
}

/// List evaluations.
#[utoipa::path(
    tag = "evaluations",
    operation_id = "list_evaluations",
    params(
        ("status" = Option<Vec<EvaluationStatusName>>, Query, description = "One of these states"),
        ("dataset_id" = Option<Uuid>, Query, description = "With this data set"),
        ("prompt_id" = Option<Uuid>, Query, description = "Of this prompt"),
        ("prompt_version" = Option<i32>, Query, minimum = 1, maximum = 1000, description = "Of the version with this number"),
        Paging<EvaluationSort>,
    ),
    responses((status = 200, body = ListView<EvaluationView>, headers(("Link")))),
    security(("bearer" = ["evaluation:read"])),
)]
#[get("/evaluations")]
pub(crate) async fn list_evaluations(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let names = EvaluationStatus::ALL.map(EvaluationStatus::name);
    let number =
        |text: &str| text.parse().ok().filter(|number| (1..=MAX_PROMPT_VERSIONS).contains(number));
    let filter = EvaluationFilter {
        status: query.one_of("status", &names, EvaluationStatus::from_name),
        dataset: query.uuid("dataset_id").map(Id::from_uuid),
        prompt: query.uuid("prompt_id").map(Id::from_uuid),
        version: query.take("prompt_version", "1 to 1000", number),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListEvaluations { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, EvaluationView::from).await
}

/// Read an evaluation, and what its evaluators have found until now.
#[utoipa::path(
    tag = "evaluations",
    operation_id = "get_evaluation",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = EvaluationView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["evaluation:read"])),
)]
#[get("/evaluations/{id}")]
pub(crate) async fn get_evaluation(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Evaluation>,
) -> Result<HttpResponse, ApiError> {
    let details = app.query(&caller, GetEvaluation { id: id.0 }).await?;
    let version = details.evaluation.revision.version;
    etag::item(&request, &EvaluationView::from(details), version)
}

/// Remove an evaluation that has ended, with its results.
#[utoipa::path(
    tag = "evaluations",
    operation_id = "delete_evaluation",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The evaluation is removed"),
        (status = 409, description = "evaluation.unended"),
    ),
    security(("bearer" = ["evaluation:delete"])),
)]
#[delete("/evaluations/{id}")]
pub(crate) async fn delete_evaluation(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Evaluation>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RemoveEvaluation { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Cancel an evaluation. What is done is kept, and it can be resumed.
#[utoipa::path(
    tag = "evaluations",
    operation_id = "cancel_evaluation",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = EvaluationView, headers(("ETag"))),
        (status = 409, description = "state.transition"),
    ),
    security(("bearer" = ["evaluation:update", "evaluation:read"])),
)]
#[post("/evaluations/{id}/cancel")]
pub(crate) async fn cancel_evaluation(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Evaluation>,
) -> Result<HttpResponse, ApiError> {
    let details = app.execute(&caller, CancelEvaluation { id: id.0 }).await?;
    let version = details.evaluation.revision.version;
    Ok(etag::changed(&EvaluationView::from(details), version))
}

/// Go on with an evaluation that failed or was cancelled. No item is done twice.
#[utoipa::path(
    tag = "evaluations",
    operation_id = "resume_evaluation",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = EvaluationView, headers(("ETag"))),
        (status = 409, description = "state.transition"),
        (status = 429, description = "evaluations.too_many"),
    ),
    security(("bearer" = ["evaluation:update", "execution:create", "evaluation:read"])),
)]
#[post("/evaluations/{id}/resume")]
pub(crate) async fn resume_evaluation(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Evaluation>,
) -> Result<HttpResponse, ApiError> {
    let details = app.execute(&caller, ResumeEvaluation { id: id.0 }).await?;
    let version = details.evaluation.revision.version;
    Ok(etag::changed(&EvaluationView::from(details), version))
}

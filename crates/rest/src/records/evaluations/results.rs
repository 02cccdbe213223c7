use actix_web::{HttpResponse, get};
use plinth_application::evaluations::ListEvaluationResults;
use plinth_domain::{Evaluation, Id};
use plinth_ports::{EvaluationResultFilter, EvaluationResultSort};

use super::view::ResultView;
use crate::{
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
};

/// List what the evaluators of an evaluation have found about single items, the newest first;
/// `sort=stored` lists it in the order of the items.
#[utoipa::path(
    tag = "evaluations",
    operation_id = "list_evaluation_results",
    params(
        ("id" = Uuid, Path),
        ("evaluator_id" = Option<Uuid>, Query, description = "Of this evaluator"),
        ("passed" = Option<bool>, Query, description = "Only those that passed, or only those that did not"),
        ("failed" = Option<bool>, Query, description = "Only those without a score, or only those with one"),
        Paging<EvaluationResultSort>,
    ),
    responses((status = 200, body = ListView<ResultView>, headers(("Link")))),
    security(("bearer" = ["evaluation:read"])),
)]
#[get("/evaluations/{id}/results")]
pub(crate) async fn list_evaluation_results(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Evaluation>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let truth = |text: &str| text.parse().ok();
    let filter = EvaluationResultFilter {
        evaluator: query.uuid("evaluator_id").map(Id::from_uuid),
        passed: query.take("passed", "true or false", truth),
        failed: query.take("failed", "true or false", truth),
    };
    let (id, page) = (id.0, query.page(&caller)?);
    let ask = move |page| ListEvaluationResults { id, filter, page };
    query.answer(app, caller, page, ask, ResultView::from).await
}

//! `/executions`, and the execution of prompts

mod answer;
mod body;
mod context;
mod events;
mod prefer;
mod scores;
mod view;

use actix_web::{HttpResponse, get, http::header, post, web::Data};
use plinth_application::executions::{GetExecution, ListExecutions, NewExecution, Subject};
use plinth_domain::{Execution, ExecutionStatus, Id, Prompt, Text};
use plinth_ports::{ExecutionFilter, ExecutionSort, PromptKey};

use crate::{
    etag,
    events::Streams,
    idempotency::{self, Key},
    json::Body,
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
};
use answer::Wanted;
use body::{ExecutionBody, PromptExecution};
use view::{ExecutionStatusName, ExecutionSummary, ExecutionView};

pub(super) const RECORD: Record =
    Record { routes, tag: ("executions", "What models were asked, and what they answered") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_executions)
        .service(create_execution)
        .service(execute_prompt)
        .service(get_execution)
        .service(get_execution_output)
        .service(cancel_execution)
        .service(events::stream_execution)
        .service(scores::list_execution_scores)
        .service(scores::score_execution)
        .service(scores::delete_execution_score)
        .service(scores::get_prompt_scores);
}

/// Execute a prompt: a version of it, by number or label, with its variables.
///
/// The answer waits until the execution has ended, at most as long as `Prefer: wait` says: 202 tells
/// that it goes on. With `Accept: text/event-stream` the text is streamed as it comes; a client that
/// goes away does not end the execution. With `Prefer: respond-async` a worker runs it. An execution
/// that fails is answered by 200, too: its `status` and `error` tell.
#[utoipa::path(
    tag = "executions",
    operation_id = "execute_prompt",
    params(("id" = Uuid, Path), Wanted, idempotency::Key),
    request_body = PromptExecution,
    responses(
        (status = 200, body = ExecutionView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 202, body = ExecutionView, description = "It waits or runs", headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 403, description = "api_key.other_prompt"),
        (status = 409, description = "prompt.inactive, model.disabled, model.not_chat, budget.price_unknown, plan_limit_exceeded"),
        (status = 429, description = "executions.too_many, streams.too_many, budget.exceeded"),
    ),
    security(("bearer" = ["execution:create"])),
)]
#[post("/prompts/{id}/execute")]
pub(crate) async fn execute_prompt(
    app: App,
    streams: Data<Streams>,
    Authenticated(caller): Authenticated,
    id: PathId<Prompt>,
    wanted: Wanted,
    body: Body<PromptExecution>,
) -> Result<HttpResponse, ApiError> {
    let (choice, variables, model, common) = body.value;
    let key = PromptKey::Id(id.0);
    let subject = Subject::Prompt { key, choice, variables, model, messages: None };
    let new = NewExecution { subject, ..common };
    answer::execute(app, &streams, caller, body.key, new, wanted).await
}

/// Execute messages.
///
/// It is answered as the execution of a prompt is.
#[utoipa::path(
    tag = "executions",
    operation_id = "create_execution",
    params(Wanted, idempotency::Key),
    request_body = ExecutionBody,
    responses(
        (status = 200, body = ExecutionView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 202, body = ExecutionView, description = "It waits or runs", headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 403, description = "api_key.other_prompt"),
        (status = 409, description = "model.disabled, model.not_chat, budget.price_unknown, plan_limit_exceeded"),
        (status = 429, description = "executions.too_many, streams.too_many, budget.exceeded"),
    ),
    security(("bearer" = ["execution:create"])),
)]
#[post("/executions")]
pub(crate) async fn create_execution(
    app: App,
    streams: Data<Streams>,
    Authenticated(caller): Authenticated,
    wanted: Wanted,
    body: Body<ExecutionBody>,
) -> Result<HttpResponse, ApiError> {
    answer::execute(app, &streams, caller, body.key, body.value, wanted).await
}

/// List executions, without their texts.
#[utoipa::path(
    tag = "executions",
    operation_id = "list_executions",
    params(
        ("status" = Option<Vec<ExecutionStatusName>>, Query, description = "One of these statuses"),
        ("project_id" = Option<Uuid>, Query, description = "For this project"),
        ("prompt_id" = Option<Uuid>, Query, description = "Of this prompt"),
        ("prompt_version" = Option<i32>, Query, minimum = 1, maximum = 65_535, description = "Of the version with this number"),
        ("model_id" = Option<Uuid>, Query, description = "That this model answered, or was asked for last"),
        ("tag" = Option<String>, Query, min_length = 1, max_length = 50, description = "With this tag"),
        ("parent_id" = Option<Uuid>, Query, description = "That this execution caused"),
        Paging<ExecutionSort>,
    ),
    responses((status = 200, body = ListView<ExecutionSummary>, headers(("Link")))),
    security(("bearer" = ["execution:read"])),
)]
#[get("/executions")]
pub(crate) async fn list_executions(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let statuses = ExecutionStatus::ALL.map(ExecutionStatus::name);
    let number = |text: &str| text.parse().ok().filter(|number: &u16| *number > 0);
    let filter = ExecutionFilter {
        status: query.one_of("status", &statuses, ExecutionStatus::from_name),
        project: query.uuid("project_id").map(Id::from_uuid),
        prompt: query.uuid("prompt_id").map(Id::from_uuid),
        version: query.take("prompt_version", "1 to 65535", number),
        model: query.uuid("model_id").map(Id::from_uuid),
        tag: query.take("tag", "1 to 50 characters", |text| Text::parse(text).ok()),
        parent: query.uuid("parent_id").map(Id::from_uuid),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListExecutions { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, ExecutionSummary::from).await
}

/// Read an execution with its calls of models. The text of a running one is what came until now.
#[utoipa::path(
    tag = "executions",
    operation_id = "get_execution",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ExecutionView, headers(("ETag")))),
    security(("bearer" = ["execution:read"])),
)]
#[get("/executions/{id}")]
pub(crate) async fn get_execution(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Execution>,
) -> Result<HttpResponse, ApiError> {
    let details = app.query(&caller, GetExecution { id: id.0 }).await?;
    let version = details.execution.revision.version;
    // Never 304: the text of a running one grows without a new version.
    Ok(etag::changed(&ExecutionView::from(details), version))
}

/// Read the whole text of an execution, also a long one.
#[utoipa::path(
    tag = "executions",
    operation_id = "get_execution_output",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, description = "The text; of a running one, what came until now", content_type = "text/plain", body = Vec<u8>),
        (status = 409, description = "execution.content_removed"),
    ),
    security(("bearer" = ["execution:read"])),
)]
#[get("/executions/{id}/output")]
pub(crate) async fn get_execution_output(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Execution>,
) -> Result<HttpResponse, ApiError> {
    let text = answer::whole_text(app, caller, id.0).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
        // The text of a model is no page of this origin.
        .insert_header(("Content-Security-Policy", "sandbox"))
        .streaming(text))
}

/// Cancel an execution, over any server: a queued one at once, a running one within a second. It keeps
/// what came until then.
#[utoipa::path(
    tag = "executions",
    operation_id = "cancel_execution",
    params(("id" = Uuid, Path), idempotency::Key),
    responses(
        (status = 200, body = ExecutionView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition"),
    ),
    security(("bearer" = ["execution:cancel"])),
)]
#[post("/executions/{id}/cancel")]
pub(crate) async fn cancel_execution(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Execution>,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let cancelled = app.cancel_execution(&caller, key.0, id.0).await?;
    let response = answer::view(app.execution_details(&cancelled.watched).await?);
    Ok(answer::replayed(response, &cancelled))
}

//! `/agents/runs`

mod body;
mod events;
mod view;

use actix_web::{HttpResponse, get, post};
use plinth_application::agents::{AgentRunDetails, CancelAgentRun, GetAgentRun, ListAgentRuns};
use plinth_domain::{AgentGraphName, AgentRun, AgentRunStatus, Id};
use plinth_ports::{AgentRunCost, AgentRunFilter, AgentRunSort};

use crate::{
    etag,
    idempotency::{self, Key},
    json::Body,
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
};
use body::{AgentAnswerBody, NewAgentRun};
use view::{AgentGraphLabel, AgentRunStatusName, AgentRunSummary, AgentRunView};

pub(super) const RECORD: Record =
    Record { routes, tag: ("agents", "Agents that ask models, call tools, and ask persons") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_agent_runs)
        .service(create_agent_run)
        .service(get_agent_run)
        .service(resume_agent_run)
        .service(cancel_agent_run)
        .service(events::get_agent_run_events);
}

/// Start a run of an agent. A worker runs it.
///
/// `document_qa` takes `{"question": "…"}` and answers from documents, with the passages that the answer
/// rests on. `invoice_reader` takes `{"document_id": "…"}`, reads a supplier's invoice, asks a person,
/// and creates the draft of a payable invoice; it needs `party:read` and `invoice:create` instead of
/// `search:read`. A run does what it does with the permissions of its graph, as a key of the caller.
#[utoipa::path(
    tag = "agents",
    operation_id = "create_agent_run",
    params(idempotency::Key),
    request_body = NewAgentRun,
    responses(
        (status = 202, body = AgentRunView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "agents.off"),
        (status = 429, description = "agent_runs.too_many"),
    ),
    security(("bearer" = ["agent_run:create", "execution:create", "document:read", "search:read"])),
)]
#[post("/agents/runs")]
pub(crate) async fn create_agent_run(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewAgentRun>,
) -> Result<HttpResponse, ApiError> {
    let answer = app.execute_once(&caller, body.key, body.value, |run| {
        let location = format!("/api/v1/agents/runs/{}", run.id);
        idempotency::accepted(&fresh(run), run.revision.version, location)
    });
    idempotency::respond(answer.await?)
}

/// A run as a command leaves it; what it costs is read with `GET`.
fn fresh(run: &AgentRun) -> AgentRunView {
    AgentRunView::from(AgentRunDetails { run: run.clone(), cost: AgentRunCost::default() })
}

/// List runs, without what went in and came out.
#[utoipa::path(
    tag = "agents",
    operation_id = "list_agent_runs",
    params(
        ("status" = Option<Vec<AgentRunStatusName>>, Query, description = "One of these statuses"),
        ("graph" = Option<AgentGraphLabel>, Query, description = "Of this graph"),
        ("caused_by" = Option<Uuid>, Query, description = "That this user, or a key of theirs, has started"),
        Paging<AgentRunSort>,
    ),
    responses((status = 200, body = ListView<AgentRunSummary>, headers(("Link")))),
    security(("bearer" = ["agent_run:read"])),
)]
#[get("/agents/runs")]
pub(crate) async fn list_agent_runs(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let statuses = AgentRunStatus::ALL.map(AgentRunStatus::name);
    let graphs = AgentGraphName::ALL.map(AgentGraphName::name).join(" or ");
    let filter = AgentRunFilter {
        status: query.one_of("status", &statuses, AgentRunStatus::from_name),
        graph: query.take("graph", &graphs, AgentGraphName::from_name),
        user: query.uuid("caused_by").map(Id::from_uuid),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListAgentRuns { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, AgentRunSummary::from).await
}

/// Read a run, with what it asks, what came of it, and what it cost until now.
#[utoipa::path(
    tag = "agents",
    operation_id = "get_agent_run",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = AgentRunView, headers(("ETag")))),
    security(("bearer" = ["agent_run:read"])),
)]
#[get("/agents/runs/{id}")]
pub(crate) async fn get_agent_run(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<AgentRun>,
) -> Result<HttpResponse, ApiError> {
    let details = app.query(&caller, GetAgentRun { id: id.0 }).await?;
    let version = details.run.revision.version;
    // Never 304: the cost grows without a new version.
    Ok(etag::changed(&AgentRunView::from(details), version))
}

/// Answer the question of a waiting run, which goes on. The first answer to a question counts.
///
/// The caller needs the permissions of the graph, as for the start.
#[utoipa::path(
    tag = "agents",
    operation_id = "resume_agent_run",
    params(("id" = Uuid, Path), idempotency::Key),
    request_body = AgentAnswerBody,
    responses(
        (status = 202, body = AgentRunView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "agent_run.answered"),
    ),
    security(("bearer" = ["agent_run:resume", "execution:create", "document:read", "search:read"])),
)]
#[post("/agents/runs/{id}/resume")]
pub(crate) async fn resume_agent_run(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<AgentRun>,
    body: Body<AgentAnswerBody>,
) -> Result<HttpResponse, ApiError> {
    let command = body.value.of(id.0);
    let answer = app.execute_once(&caller, body.key, command, |run| {
        let location = format!("/api/v1/agents/runs/{}", run.id);
        idempotency::accepted(&fresh(run), run.revision.version, location)
    });
    idempotency::respond(answer.await?)
}

/// Cancel a run at once, over any server. Its requests to models and tools are closed within a second.
#[utoipa::path(
    tag = "agents",
    operation_id = "cancel_agent_run",
    params(("id" = Uuid, Path), idempotency::Key),
    responses(
        (status = 200, body = AgentRunView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition"),
    ),
    security(("bearer" = ["agent_run:cancel"])),
)]
#[post("/agents/runs/{id}/cancel")]
pub(crate) async fn cancel_agent_run(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<AgentRun>,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let answer = app.execute_once(&caller, key.0, CancelAgentRun { id: id.0 }, |run| {
        idempotency::changed(&fresh(run), run.revision.version)
    });
    idempotency::respond(answer.await?)
}

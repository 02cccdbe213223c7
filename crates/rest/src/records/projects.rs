//! `/projects`

mod dto;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use plinth_application::projects::{
    ArchiveProject, GetProject, ListProjects, RemoveProject, UpdateProject,
};
use plinth_domain::{Project, ProjectStatus};
use plinth_ports::{ProjectFilter, ProjectSort, Search};

use crate::{
    etag::{self, IfMatch},
    idempotency,
    json::Body,
    list::{Archived, ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
};
use dto::{NewProject, ProjectPatch, ProjectStatusName, ProjectView};

pub(super) const RECORD: Record =
    Record { routes, tag: ("projects", "What the organization works on") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_projects)
        .service(create_project)
        .service(get_project)
        .service(update_project)
        .service(delete_project);
}

/// Create a project.
#[utoipa::path(
    tag = "projects",
    operation_id = "create_project",
    params(idempotency::Key),
    request_body = NewProject,
    responses(
        (status = 201, body = ProjectView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "project.code_taken"),
    ),
    security(("bearer" = ["project:create"])),
)]
#[post("/projects")]
pub(crate) async fn create_project(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewProject>,
) -> Result<HttpResponse, ApiError> {
    idempotency::create::<ProjectView, Project, _>(&app, &caller, body.key, body.value).await
}

/// List projects.
#[utoipa::path(
    tag = "projects",
    operation_id = "list_projects",
    params(
        ("status" = Option<Vec<ProjectStatusName>>, Query, description = "One of these statuses, archived or not"),
        Archived,
        ("code" = Option<String>, Query, min_length = 1, max_length = 32, description = "Filter by code"),
        ("q" = Option<String>, Query, min_length = 1, max_length = 100, description = "Words in code, name or description; tolerates typos"),
        Paging<ProjectSort>,
    ),
    responses(
        (status = 200, body = ListView<ProjectView>, headers(("Link"))),
    ),
    security(("bearer" = ["project:read"])),
)]
#[get("/projects")]
pub(crate) async fn list_projects(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let names = ProjectStatus::ALL.map(ProjectStatus::name);
    let status = query.one_of("status", &names, ProjectStatus::from_name);
    // A status that is named is found, archived or not.
    let default = status.values().is_none().then_some(false);
    let filter = ProjectFilter {
        status,
        archived: query.archived(default),
        code: query.text("code", 32),
        among: None,
        search: query.text("q", 100).map(|q| Search::new(&q, false)),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListProjects { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, ProjectView::from).await
}

/// Read a project.
#[utoipa::path(
    tag = "projects",
    operation_id = "get_project",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = ProjectView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["project:read"])),
)]
#[get("/projects/{id}")]
pub(crate) async fn get_project(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Project>,
) -> Result<HttpResponse, ApiError> {
    let project = app.query(&caller, GetProject { id: id.0 }).await?;
    let version = project.revision.version;
    etag::item(&request, &ProjectView::from(project), version)
}

/// Change a project.
#[utoipa::path(
    tag = "projects",
    operation_id = "update_project",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = ProjectPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = ProjectView, headers(("ETag"))),
        (status = 409, description = "project.code_taken, state.transition"),
    ),
    security(("bearer" = ["project:update"])),
)]
#[patch("/projects/{id}")]
pub(crate) async fn update_project(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Project>,
    expected: IfMatch,
    body: Body<ProjectPatch>,
) -> Result<HttpResponse, ApiError> {
    let (changes, metadata) = body.value;
    let command = UpdateProject { id: id.0, expected: expected.0, changes, metadata };
    let project = app.execute(&caller, command).await?;
    let version = project.revision.version;
    Ok(etag::changed(&ProjectView::from(project), version))
}

/// Archive a project, or remove it permanently.
#[utoipa::path(
    tag = "projects",
    operation_id = "delete_project",
    params(
        ("id" = Uuid, Path),
        ("permanent" = Option<bool>, Query, description = "Removes the project permanently instead of archiving it"),
        IfMatch,
    ),
    responses(
        (status = 204, description = "The project is archived or removed"),
        (status = 409, description = "state.transition, project.has_documents, record.in_use"),
    ),
    security(("bearer" = ["project:delete"])),
)]
#[delete("/projects/{id}")]
pub(crate) async fn delete_project(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Project>,
    expected: IfMatch,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let (id, expected) = (id.0, expected.0);
    let permanent = query.flag("permanent");
    query.done()?;
    if permanent {
        app.execute(&caller, RemoveProject { id, expected }).await?;
    } else {
        app.execute(&caller, ArchiveProject { id, expected }).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

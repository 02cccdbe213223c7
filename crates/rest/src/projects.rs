//! `/projects`

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web::Query};
use chrono::NaiveDate;
use plinth_application::{
    MetadataPatch,
    projects::{
        ArchiveProject, CreateProject, GetProject, ListProjects, RemoveProject, UpdateProject,
    },
};
use plinth_domain::{
    Description, Invalid, Name, Project, ProjectChanges, ProjectCode, ProjectDraft, ProjectStatus,
    Schedule,
};
use plinth_ports::{ProjectFilter, Search};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    etag::{self, IfMatch},
    gate::{App, Signed},
    idempotency,
    json::{Body, Faults, Form, Merge},
    list::{ListQuery, ListView},
    path::PathId,
    problem::ApiError,
    values::{StatusName, day, known, object},
};

/// Registers the operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_projects)
        .service(create_project)
        .service(get_project)
        .service(update_project)
        .service(delete_project);
}

/// A project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectView {
    id: Uuid,
    /// Its short name, unique in the organization.
    #[schema(example = "HRB-7")]
    code: String,
    #[schema(example = "Harbour, quay 7")]
    name: String,
    description: Option<String>,
    #[schema(value_type = StatusName)]
    status: &'static str,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    /// Whatever the client wants to remember with it.
    #[schema(value_type = Object)]
    metadata: Option<Box<RawValue>>,
    /// Grows by one with each change; the `ETag` is this number in quotes.
    version: i64,
    created_at: chrono::DateTime<chrono::Utc>,
    updated_at: chrono::DateTime<chrono::Utc>,
}

impl From<Project> for ProjectView {
    fn from(project: Project) -> Self {
        Self {
            id: project.id.uuid(),
            code: project.code.as_str().to_owned(),
            name: project.name.as_str().to_owned(),
            description: project.description.map(|text| text.as_str().to_owned()),
            status: project.status.name(),
            starts_on: project.schedule.starts_on(),
            ends_on: project.schedule.ends_on(),
            metadata: RawValue::from_string(project.metadata.into_string()).ok(),
            version: project.revision.version.number(),
            created_at: project.revision.created_at,
            updated_at: project.revision.updated_at,
        }
    }
}

/// A new project.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewProject {
    #[schema(min_length = 1, max_length = 32, pattern = "^[A-Za-z0-9_./-]+$", example = "HRB-7")]
    code: String,
    #[schema(min_length = 1, max_length = 200, example = "Harbour, quay 7")]
    name: String,
    #[schema(max_length = 10_000)]
    description: Option<String>,
    /// Where it stands; `planned` when nothing is said.
    #[schema(value_type = Option<StatusName>)]
    status: Option<String>,
    #[schema(format = Date, example = "2026-11-20")]
    starts_on: Option<String>,
    /// Not before `starts_on`.
    #[schema(format = Date)]
    ends_on: Option<String>,
    /// An object of at most 16 KiB.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

impl Form for NewProject {
    type Value = CreateProject;

    fn check(self, faults: &mut Faults) -> Option<CreateProject> {
        let code = faults.check("/code", ProjectCode::parse(&self.code));
        let name = faults.check("/name", Name::parse(&self.name));
        let description = faults.check_some("/description", self.description, Description::parse);
        let status = faults.check_some("/status", self.status, |text| status(&text));
        let starts_on = faults.check_some("/starts_on", self.starts_on, |text| day(&text));
        let ends_on = faults.check_some("/ends_on", self.ends_on, |text| day(&text));
        let schedule = starts_on
            .zip(ends_on)
            .and_then(|(start, end)| faults.check("/ends_on", Schedule::new(start, end)));
        let metadata = faults.check_some("/metadata", self.metadata, object);
        let draft = ProjectDraft {
            code: code?,
            name: name?,
            description: description?,
            status: status?.unwrap_or(ProjectStatus::Planned),
            schedule: schedule?,
            metadata: metadata?.unwrap_or_default(),
        };
        Some(CreateProject { draft })
    }
}

/// A change to a project: a merge patch (RFC 7396). `null` clears a field;
/// metadata is merged key by key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProjectPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 32)]
    code: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    name: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    description: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<StatusName>)]
    status: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    starts_on: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    ends_on: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    metadata: Merge<Map<String, Value>>,
}

impl Form for ProjectPatch {
    /// The change, and the patch for the metadata.
    type Value = (ProjectChanges, Option<MetadataPatch>);

    fn check(self, f: &mut Faults) -> Option<Self::Value> {
        let code = self.code.required(f, "/code", |text| ProjectCode::parse(&text));
        let name = self.name.required(f, "/name", |text| Name::parse(&text));
        let description = self.description.optional(f, "/description", Description::parse);
        let status = self.status.required(f, "/status", |text| status(&text));
        let starts_on = self.starts_on.optional(f, "/starts_on", |text| day(&text));
        let ends_on = self.ends_on.optional(f, "/ends_on", |text| day(&text));
        let metadata =
            self.metadata.required(f, "/metadata", |patch| object(patch.clone()).map(|_| patch));
        let changes = ProjectChanges {
            code: code?,
            name: name?,
            description: description?,
            status: status?,
            starts_on: starts_on?,
            ends_on: ends_on?,
            metadata: None,
        };
        Some((changes, metadata?))
    }
}

fn status(text: &str) -> Result<ProjectStatus, Invalid> {
    known(text, ProjectStatus::from_name, &ProjectStatus::ALL.map(ProjectStatus::name))
}

/// Create a project.
#[utoipa::path(
    tag = "projects",
    operation_id = "create_project",
    request_body = NewProject,
    responses((status = 201, body = ProjectView)),
    security(("bearer" = ["project:create"])),
)]
#[post("/projects")]
pub(crate) async fn create_project(
    app: App,
    Signed(caller): Signed,
    body: Body<NewProject>,
) -> Result<HttpResponse, ApiError> {
    idempotency::create::<ProjectView, Project, _>(&app, &caller, body.key, body.value).await
}

/// List projects.
#[utoipa::path(
    tag = "projects",
    operation_id = "list_projects",
    params(
        ("status" = Option<StatusName>, Query, description = "Only those of this status"),
        ("code" = Option<String>, Query, description = "Only the one with this code"),
        ("q" = Option<String>, Query, description = "Words in code, name or description; a word with a slip is found, too"),
        ("sort" = Option<String>, Query, description = "`created_at`, `updated_at`, `name` or `code`; `-` in front for descending. Default `-created_at`"),
    ),
    responses((status = 200, body = ListView<ProjectView>)),
    security(("bearer" = ["project:read"])),
)]
#[get("/projects")]
pub(crate) async fn list_projects(
    app: App,
    Signed(caller): Signed,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let filter = ProjectFilter {
        status: query.take("status", "a project's status", ProjectStatus::from_name),
        code: query.text("code", 32),
        search: query.text("q", 100).map(|q| Search { text: q.to_lowercase(), fuzzy: false }),
    };
    let page = query.page(&caller)?;
    let found = app.query(&caller, ListProjects { filter, page }).await?;
    Ok(query.respond(found, ProjectView::from))
}

/// Read a project.
#[utoipa::path(
    tag = "projects",
    operation_id = "get_project",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ProjectView), (status = 304, description = "The client has it")),
    security(("bearer" = ["project:read"])),
)]
#[get("/projects/{id}")]
pub(crate) async fn get_project(
    request: HttpRequest,
    app: App,
    Signed(caller): Signed,
    id: PathId<Project>,
) -> Result<HttpResponse, ApiError> {
    let project = app.query(&caller, GetProject { id: id.0 }).await?;
    let version = project.revision.version;
    Ok(etag::item(&request, &ProjectView::from(project), version))
}

/// Change a project.
#[utoipa::path(
    tag = "projects",
    operation_id = "update_project",
    params(("id" = Uuid, Path)),
    request_body(content = ProjectPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = ProjectView)),
    security(("bearer" = ["project:update"])),
)]
#[patch("/projects/{id}")]
pub(crate) async fn update_project(
    app: App,
    Signed(caller): Signed,
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

/// How a project goes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteMode {
    /// Removes the project for good, instead of archiving it.
    #[serde(default)]
    permanent: bool,
}

/// Archive a project, or remove it for good.
#[utoipa::path(
    tag = "projects",
    operation_id = "delete_project",
    params(("id" = Uuid, Path), DeleteMode),
    responses((status = 204, description = "It is archived, or gone")),
    security(("bearer" = ["project:delete"])),
)]
#[delete("/projects/{id}")]
pub(crate) async fn delete_project(
    app: App,
    Signed(caller): Signed,
    id: PathId<Project>,
    expected: IfMatch,
    mode: Query<DeleteMode>,
) -> Result<HttpResponse, ApiError> {
    let (id, expected) = (id.0, expected.0);
    if mode.permanent {
        app.execute(&caller, RemoveProject { id, expected }).await?;
    } else {
        app.execute(&caller, ArchiveProject { id, expected }).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

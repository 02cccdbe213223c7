//! `/projects/{id}/access`

mod dto;

use actix_web::{HttpRequest, HttpResponse, delete, get, put};
use plinth_application::{
    Caller, Expected,
    project_access::{GiveProjectAccess, ListProjectAccess, WithdrawProjectAccess},
};
use plinth_domain::{Grantee, Id, Project, RoleRef};

use crate::{
    etag::{self, IfMatch, MaybeIfMatch},
    json::Body,
    list::{ListQuery, ListView},
    middleware::{App, Authenticated},
    path::{self, PathId},
    problem::ApiError,
    record::Record,
    routing::Routes,
};
use dto::{ProjectAccessView, ProjectRole};

pub(super) const RECORD: Record =
    Record { routes, tag: ("project-access", "Roles of members and teams on single projects") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_project_access)
        .service(give_member_project_access)
        .service(withdraw_member_project_access)
        .service(give_team_project_access)
        .service(withdraw_team_project_access);
}

/// List the roles on a project, all in one page. Roles in the organization count there, too, and are not
/// listed.
#[utoipa::path(
    tag = "project-access",
    operation_id = "list_project_access",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ListView<ProjectAccessView>)),
    security(("bearer" = ["project_access:read"])),
)]
#[get("/projects/{id}/access")]
pub(crate) async fn list_project_access(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Project>,
    query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let grants = app.query(&caller, ListProjectAccess { project: id.0 }).await?;
    Ok(query.answer_whole(grants.into_iter().map(ProjectAccessView::from).collect()))
}

/// Give a member a role on a project, in place of the one that the member has there. It adds to what the
/// role in the organization allows. The caller needs every permission of both roles.
#[utoipa::path(
    tag = "project-access",
    operation_id = "give_member_project_access",
    params(
        ("id" = Uuid, Path),
        ("user_id" = Uuid, Path, description = "The member's user id"),
        MaybeIfMatch,
    ),
    request_body = ProjectRole,
    responses(
        (status = 200, body = ProjectAccessView, headers(("ETag"))),
        (status = 403, description = "limit.reached, role.exceeds_caller"),
    ),
    security(("bearer" = ["project_access:update"])),
)]
#[put("/projects/{id}/access/members/{user_id}")]
pub(crate) async fn give_member_project_access(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Project>,
    expected: MaybeIfMatch,
    body: Body<ProjectRole>,
) -> Result<HttpResponse, ApiError> {
    let to = Grantee::Member(path::id(&request, "user_id")?);
    give(&app, &caller, (id.0, to), expected.0, body.value).await
}

/// Take the role on a project from a member. The caller needs every permission of it.
#[utoipa::path(
    tag = "project-access",
    operation_id = "withdraw_member_project_access",
    params(
        ("id" = Uuid, Path),
        ("user_id" = Uuid, Path, description = "The member's user id"),
        IfMatch,
    ),
    responses(
        (status = 204, description = "The member has no role on the project any more"),
        (status = 403, description = "role.exceeds_caller"),
    ),
    security(("bearer" = ["project_access:update"])),
)]
#[delete("/projects/{id}/access/members/{user_id}")]
pub(crate) async fn withdraw_member_project_access(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Project>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let from = Grantee::Member(path::id(&request, "user_id")?);
    withdraw(&app, &caller, (id.0, from), expected.0).await
}

/// Give a team a role on a project, in place of the one that the team has there. Its members have it from
/// now on, beside what their roles in the organization allow. The caller needs every permission of both
/// roles.
#[utoipa::path(
    tag = "project-access",
    operation_id = "give_team_project_access",
    params(
        ("id" = Uuid, Path),
        ("team_id" = Uuid, Path, description = "The team"),
        MaybeIfMatch,
    ),
    request_body = ProjectRole,
    responses(
        (status = 200, body = ProjectAccessView, headers(("ETag"))),
        (status = 403, description = "limit.reached, role.exceeds_caller"),
    ),
    security(("bearer" = ["project_access:update"])),
)]
#[put("/projects/{id}/access/teams/{team_id}")]
pub(crate) async fn give_team_project_access(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Project>,
    expected: MaybeIfMatch,
    body: Body<ProjectRole>,
) -> Result<HttpResponse, ApiError> {
    let to = Grantee::Team(path::id(&request, "team_id")?);
    give(&app, &caller, (id.0, to), expected.0, body.value).await
}

/// Take the role on a project from a team. The caller needs every permission of it.
#[utoipa::path(
    tag = "project-access",
    operation_id = "withdraw_team_project_access",
    params(
        ("id" = Uuid, Path),
        ("team_id" = Uuid, Path, description = "The team"),
        IfMatch,
    ),
    responses(
        (status = 204, description = "The team has no role on the project any more"),
        (status = 403, description = "role.exceeds_caller"),
    ),
    security(("bearer" = ["project_access:update"])),
)]
#[delete("/projects/{id}/access/teams/{team_id}")]
pub(crate) async fn withdraw_team_project_access(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Project>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let from = Grantee::Team(path::id(&request, "team_id")?);
    withdraw(&app, &caller, (id.0, from), expected.0).await
}

async fn give(
    app: &App,
    caller: &Caller,
    (project, grantee): (Id<Project>, Grantee),
    expected: Expected,
    role: RoleRef,
) -> Result<HttpResponse, ApiError> {
    let command = GiveProjectAccess { project, grantee, expected, role };
    let grant = app.execute(caller, command).await?;
    Ok(etag::changed(&ProjectAccessView::from(grant), grant.revision.version))
}

async fn withdraw(
    app: &App,
    caller: &Caller,
    (project, grantee): (Id<Project>, Grantee),
    expected: Expected,
) -> Result<HttpResponse, ApiError> {
    app.execute(caller, WithdrawProjectAccess { project, grantee, expected }).await?;
    Ok(HttpResponse::NoContent().finish())
}

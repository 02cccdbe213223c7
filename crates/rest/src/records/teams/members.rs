//! `/teams/{id}/members`

use actix_web::{HttpRequest, HttpResponse, delete, get, put};
use plinth_application::teams::{AddTeamMember, ListTeamMembers, RemoveTeamMember};
use plinth_domain::Team;
use plinth_ports::TeamMemberSort;

use super::dto::TeamMemberView;
use crate::{
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::{self, PathId},
    problem::ApiError,
};

/// List the members of a team.
#[utoipa::path(
    tag = "teams",
    operation_id = "list_team_members",
    params(("id" = Uuid, Path), Paging<TeamMemberSort>),
    responses((status = 200, body = ListView<TeamMemberView>, headers(("Link")))),
    security(("bearer" = ["team:read"])),
)]
#[get("/teams/{id}/members")]
pub(crate) async fn list_team_members(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Team>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let page = query.page(&caller)?;
    let id = id.0;
    let ask = move |page| ListTeamMembers { id, page };
    query.answer(app, caller, page, ask, TeamMemberView::from).await
}

/// Add a member of the organization to a team; a team has at most 1,000, and a member is in at most 20
/// teams. The caller needs every permission of the roles that the team has on projects.
#[utoipa::path(
    tag = "teams",
    operation_id = "add_team_member",
    params(("id" = Uuid, Path), ("user_id" = Uuid, Path, description = "The member's user id")),
    responses(
        (status = 204, description = "The user is a member of the team"),
        (status = 403, description = "limit.reached, role.exceeds_caller"),
    ),
    security(("bearer" = ["team:update"])),
)]
#[put("/teams/{id}/members/{user_id}")]
pub(crate) async fn add_team_member(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Team>,
) -> Result<HttpResponse, ApiError> {
    let user = path::id(&request, "user_id")?;
    app.execute(&caller, AddTeamMember { id: id.0, user }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Take a member out of a team. The member loses at once the roles on projects that the team has. The
/// caller needs every permission of these roles.
#[utoipa::path(
    tag = "teams",
    operation_id = "remove_team_member",
    params(("id" = Uuid, Path), ("user_id" = Uuid, Path, description = "The member's user id")),
    responses(
        (status = 204, description = "The user is no member of the team any more"),
        (status = 403, description = "role.exceeds_caller"),
    ),
    security(("bearer" = ["team:update"])),
)]
#[delete("/teams/{id}/members/{user_id}")]
pub(crate) async fn remove_team_member(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Team>,
) -> Result<HttpResponse, ApiError> {
    let user = path::id(&request, "user_id")?;
    app.execute(&caller, RemoveTeamMember { id: id.0, user }).await?;
    Ok(HttpResponse::NoContent().finish())
}

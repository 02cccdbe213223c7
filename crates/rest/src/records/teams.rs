//! `/teams`

mod dto;
mod members;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use plinth_application::{
    crud::{Create, Get, List, Update},
    teams::RemoveTeam,
};
use plinth_domain::Team;
use plinth_ports::TeamSort;

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
use dto::{NewTeam, TeamPatch, TeamView};

pub(super) const RECORD: Record = Record {
    routes,
    tag: ("teams", "Groups of members, who have the roles on projects of the team"),
};

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_teams)
        .service(create_team)
        .service(get_team)
        .service(update_team)
        .service(delete_team)
        .service(members::list_team_members)
        .service(members::add_team_member)
        .service(members::remove_team_member);
}

/// Create a team, without members.
#[utoipa::path(
    tag = "teams",
    operation_id = "create_team",
    params(idempotency::Key),
    request_body = NewTeam,
    responses(
        (
            status = 201,
            body = TeamView,
            headers(("ETag"), ("Location"), ("Idempotent-Replayed")),
        ),
        (status = 409, description = "team.name_taken"),
    ),
    security(("bearer" = ["team:create"])),
)]
#[post("/teams")]
pub(crate) async fn create_team(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewTeam>,
) -> Result<HttpResponse, ApiError> {
    let command = Create::<Team> { draft: body.value };
    idempotency::create::<TeamView, Team, _>(&app, &caller, body.key, command).await
}

/// List teams.
#[utoipa::path(
    tag = "teams",
    operation_id = "list_teams",
    params(Paging<TeamSort>),
    responses((status = 200, body = ListView<TeamView>, headers(("Link")))),
    security(("bearer" = ["team:read"])),
)]
#[get("/teams")]
pub(crate) async fn list_teams(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let page = query.page(&caller)?;
    let ask = move |page| List::<Team> { filter: (), page };
    query.answer(app, caller, page, ask, TeamView::from).await
}

/// Read a team.
#[utoipa::path(
    tag = "teams",
    operation_id = "get_team",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = TeamView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["team:read"])),
)]
#[get("/teams/{id}")]
pub(crate) async fn get_team(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Team>,
) -> Result<HttpResponse, ApiError> {
    let team = app.query(&caller, Get { id: id.0 }).await?;
    let version = team.revision.version;
    etag::item(&request, &TeamView::from(team), version)
}

/// Change a team.
#[utoipa::path(
    tag = "teams",
    operation_id = "update_team",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = TeamPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = TeamView, headers(("ETag"))),
        (status = 409, description = "team.name_taken"),
    ),
    security(("bearer" = ["team:update"])),
)]
#[patch("/teams/{id}")]
pub(crate) async fn update_team(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Team>,
    expected: IfMatch,
    body: Body<TeamPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = Update { id: id.0, expected: expected.0, changes: body.value };
    let team: Team = app.execute(&caller, command).await?;
    let version = team.revision.version;
    Ok(etag::changed(&TeamView::from(team), version))
}

/// Remove a team. Its members lose at once the roles on projects that it has. The caller needs every
/// permission of these roles.
#[utoipa::path(
    tag = "teams",
    operation_id = "delete_team",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The team is removed"),
        (status = 403, description = "role.exceeds_caller"),
    ),
    security(("bearer" = ["team:delete"])),
)]
#[delete("/teams/{id}")]
pub(crate) async fn delete_team(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Team>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RemoveTeam { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

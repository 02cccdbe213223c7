use actix_web::{HttpRequest, HttpResponse, delete, get, patch};
use plinth_application::members::{
    ChangeRole, GetMember, LeaveOrganization, ListMembers, RemoveMember,
};
use plinth_domain::{Principal, Role, User};

use super::dto::{MemberPatch, MemberView};
use crate::{
    etag::{self, IfMatch},
    gate::{App, Signed},
    json::Body,
    list::{ListQuery, ListView},
    path::PathId,
    problem::ApiError,
    values::RoleName,
};

/// List the members.
#[utoipa::path(
    tag = "members",
    operation_id = "list_members",
    params(("role" = Option<RoleName>, Query, description = "Only those of this role")),
    responses((status = 200, body = ListView<MemberView>)),
    security(("bearer" = ["member:read"])),
)]
#[get("/members")]
pub(crate) async fn list_members(
    app: App,
    Signed(caller): Signed,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let role = query.take("role", "a role", Role::from_name);
    let page = query.page(&caller)?;
    let found = app.query(&caller, ListMembers { role, page }).await?;
    Ok(query.respond(found, MemberView::from))
}

/// Read a member.
#[utoipa::path(
    tag = "members",
    operation_id = "get_member",
    params(("id" = uuid::Uuid, Path, description = "The user's id")),
    responses((status = 200, body = MemberView), (status = 304, description = "The client has it")),
    security(("bearer" = ["member:read"])),
)]
#[get("/members/{id}")]
pub(crate) async fn get_member(
    request: HttpRequest,
    app: App,
    Signed(caller): Signed,
    id: PathId<User>,
) -> Result<HttpResponse, ApiError> {
    let member = app.query(&caller, GetMember { user: id.0 }).await?;
    let version = member.membership.revision.version;
    Ok(etag::item(&request, &MemberView::from(member), version))
}

/// Give a member another role.
#[utoipa::path(
    tag = "members",
    operation_id = "update_member",
    params(("id" = uuid::Uuid, Path, description = "The user's id")),
    request_body(content = MemberPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = MemberView)),
    security(("bearer" = ["member:update"])),
)]
#[patch("/members/{id}")]
pub(crate) async fn update_member(
    app: App,
    Signed(caller): Signed,
    id: PathId<User>,
    expected: IfMatch,
    body: Body<MemberPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = ChangeRole { user: id.0, expected: expected.0, role: body.value };
    let member = app.execute(&caller, command).await?;
    let version = member.membership.revision.version;
    Ok(etag::changed(&MemberView::from(member), version))
}

/// Remove a member, or leave the organization oneself.
#[utoipa::path(
    tag = "members",
    operation_id = "remove_member",
    params(("id" = uuid::Uuid, Path, description = "The user's id; one's own to leave")),
    responses((status = 204, description = "They are no member any more")),
    security(("bearer" = ["member:remove"])),
)]
#[delete("/members/{id}")]
pub(crate) async fn remove_member(
    app: App,
    Signed(caller): Signed,
    id: PathId<User>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let expected = expected.0;
    if caller.access.principal() == Principal::User(id.0) {
        app.execute(&caller, LeaveOrganization { expected }).await?;
    } else {
        app.execute(&caller, RemoveMember { user: id.0, expected }).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

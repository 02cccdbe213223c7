//! `/members`

use actix_web::{HttpRequest, HttpResponse, delete, get, patch};
use chrono::{DateTime, Utc};
use plinth_application::members::{
    ChangeRole, GetMember, LeaveOrganization, ListMembers, RemoveMember,
};
use plinth_domain::{Invalid, Principal, Role, User};
use plinth_ports::{Member, MemberSort};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    etag::{self, IfMatch},
    json::{Body, Faults, Form},
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    routing::Routes,
    values::{known, names},
};

pub(crate) fn routes(config: &mut Routes<'_>) {
    config.service(list_members).service(get_member).service(update_member).service(remove_member);
}

names! {
    /// The role of a member, from most to fewest permissions.
    RoleName = Owner, Admin, Accountant, Member, Viewer
}

/// Parses a role.
pub(crate) fn role(text: &str) -> Result<Role, Invalid> {
    known(text, Role::from_name, &Role::ALL.map(Role::name))
}

/// A member of the organization.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberView {
    user_id: Uuid,
    #[schema(format = Email)]
    email: String,
    name: String,
    #[schema(value_type = RoleName)]
    role: &'static str,
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        let membership = member.membership;
        Self {
            user_id: membership.user.uuid(),
            email: member.email.as_str().to_owned(),
            name: member.name.as_str().to_owned(),
            role: membership.role.name(),
            version: membership.revision.version.number(),
            created_at: membership.revision.created_at,
            updated_at: membership.revision.updated_at,
        }
    }
}

/// A change to a member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberPatch {
    #[schema(value_type = RoleName)]
    role: String,
}

impl Form for MemberPatch {
    type Value = Role;

    fn check(self, faults: &mut Faults) -> Option<Role> {
        faults.check("/role", role(&self.role))
    }
}

/// List members.
#[utoipa::path(
    tag = "members",
    operation_id = "list_members",
    params(
        ("role" = Option<Vec<RoleName>>, Query, description = "One of these roles"),
        Paging<MemberSort>,
    ),
    responses((status = 200, body = ListView<MemberView>, headers(("Link")))),
    security(("bearer" = ["member:read"])),
)]
#[get("/members")]
pub(crate) async fn list_members(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let roles = query.one_of("role", &Role::ALL.map(Role::name), Role::from_name);
    let page = query.page(&caller)?;
    let ask = move |page| ListMembers { roles: roles.clone(), page };
    query.answer(app, caller, page, ask, MemberView::from).await
}

/// Read a member.
#[utoipa::path(
    tag = "members",
    operation_id = "get_member",
    params(("id" = Uuid, Path, description = "The user's id"), etag::Conditional),
    responses(
        (status = 200, body = MemberView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["member:read"])),
)]
#[get("/members/{id}")]
pub(crate) async fn get_member(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<User>,
) -> Result<HttpResponse, ApiError> {
    let member = app.query(&caller, GetMember { user: id.0 }).await?;
    let version = member.membership.revision.version;
    etag::item(&request, &MemberView::from(member), version)
}

/// Change a member's role.
#[utoipa::path(
    tag = "members",
    operation_id = "update_member",
    params(("id" = Uuid, Path, description = "The user's id"), IfMatch),
    request_body(content = MemberPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = MemberView, headers(("ETag"))),
        (status = 403, description = "member.owners_only, role.exceeds_caller"),
        (status = 409, description = "member.last_owner"),
    ),
    security(("bearer" = ["member:update"])),
)]
#[patch("/members/{id}")]
pub(crate) async fn update_member(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<User>,
    expected: IfMatch,
    body: Body<MemberPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = ChangeRole { user: id.0, expected: expected.0, role: body.value };
    let member = app.execute(&caller, command).await?;
    let version = member.membership.revision.version;
    Ok(etag::changed(&MemberView::from(member), version))
}

/// Remove a member, or leave the organization.
#[utoipa::path(
    tag = "members",
    operation_id = "remove_member",
    params(("id" = Uuid, Path, description = "The user's id; the caller's own to leave"), IfMatch),
    responses(
        (status = 204, description = "The user is no longer a member"),
        (status = 403, description = "member.owners_only, role.exceeds_caller"),
        (status = 409, description = "member.last_owner"),
    ),
    security(("bearer" = ["member:remove"])),
)]
#[delete("/members/{id}")]
pub(crate) async fn remove_member(
    app: App,
    Authenticated(caller): Authenticated,
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

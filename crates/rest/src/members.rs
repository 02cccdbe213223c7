//! `/members`

mod transitions;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch};
use chrono::{DateTime, Utc};
use plinth_application::members::{
    ChangeRole, GetMember, LeaveOrganization, ListMembers, RemoveMember,
};
use plinth_domain::{Id, Invalid, MemberKind, Principal, Role, RoleRef, User, codes};
use plinth_ports::{Member, MemberSort, OneOf};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    etag::{self, IfMatch},
    json::{Body, Faults, Form, given},
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    routing::Routes,
    values::{identity, known, names},
};

plinth_domain::codes! {
    ROLE_AMBIGUOUS = "role.ambiguous", "Both a built-in and a custom role are named.";
}

pub(crate) fn routes(config: &mut Routes<'_>) {
    config
        .service(list_members)
        .configure(transitions::routes)
        .service(get_member)
        .service(update_member)
        .service(remove_member);
}

names! {
    /// The built-in role of a member, from most to fewest permissions.
    RoleName = Owner, Admin, Accountant, Member, Viewer
}

names! {
    /// A person, or a service account, which has no password and acts by API keys alone.
    MemberKindName = Person, Service
}

names! {
    /// Whether the member has access.
    MemberStatusName = Active, Suspended
}

/// Parses a role.
pub(crate) fn role(text: &str) -> Result<Role, Invalid> {
    known(text, Role::from_name, &Role::ALL.map(Role::name))
}

/// Parses a role that is given in one of two fields: the name of a built-in one, or the id of a custom
/// one.
pub(crate) fn chosen_role(
    faults: &mut Faults,
    role_name: Option<String>,
    role_id: Option<String>,
) -> Option<RoleRef> {
    match (role_name, role_id) {
        (Some(name), None) => faults.check("/role", role(&name).map(RoleRef::BuiltIn)),
        (None, Some(id)) => faults.check("/role_id", identity(&id).map(RoleRef::Custom)),
        (None, None) => {
            let detail = "either role or role_id must be given";
            faults.check("/role", Err(Invalid::new(codes::FIELD_REQUIRED, detail)))
        }
        (Some(_), Some(_)) => {
            let detail = "only one of role and role_id can be given";
            faults.check("/role_id", Err(Invalid::new(ROLE_AMBIGUOUS, detail)))
        }
    }
}

/// A member of the organization.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberView {
    user_id: Uuid,
    /// `null` for a service account.
    #[schema(format = Email)]
    email: Option<String>,
    name: String,
    #[schema(value_type = MemberKindName)]
    kind: &'static str,
    /// `null` for a custom role.
    #[schema(value_type = Option<RoleName>)]
    role: Option<&'static str>,
    /// The custom role; `null` for a built-in one.
    role_id: Option<Uuid>,
    #[schema(value_type = MemberStatusName)]
    status: &'static str,
    /// Since when the member is suspended.
    suspended_at: Option<DateTime<Utc>>,
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        let membership = member.membership;
        let role = membership.role.reference();
        Self {
            user_id: membership.user.uuid(),
            email: (membership.kind == MemberKind::Person)
                .then(|| member.email.as_str().to_owned()),
            name: member.name.as_str().to_owned(),
            kind: membership.kind.name(),
            role: role.built_in().map(Role::name),
            role_id: role.custom().map(Id::uuid),
            status: if membership.is_active() { "active" } else { "suspended" },
            suspended_at: membership.suspended_at,
            version: membership.revision.version.number(),
            created_at: membership.revision.created_at,
            updated_at: membership.revision.updated_at,
        }
    }
}

/// A change to a member: another role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "member"}))]
pub(crate) struct MemberPatch {
    /// Either a built-in role …
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = RoleName)]
    role: Option<String>,
    /// … or a custom one.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Uuid)]
    role_id: Option<String>,
}

impl Form for MemberPatch {
    type Value = RoleRef;

    fn check(self, faults: &mut Faults) -> Option<RoleRef> {
        chosen_role(faults, self.role, self.role_id)
    }
}

/// List members.
#[utoipa::path(
    tag = "members",
    operation_id = "list_members",
    params(
        ("role" = Option<Vec<RoleName>>, Query, description = "One of these built-in roles"),
        (
            "role_id" = Option<Uuid>,
            Query,
            description = "This custom role; with `role`, this or one of those",
        ),
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
    let roles = roles(&mut query);
    let page = query.page(&caller)?;
    let ask = move |page| ListMembers { roles: roles.clone(), page };
    query.answer(app, caller, page, ask, MemberView::from).await
}

/// The roles by which a list of members is narrowed.
fn roles(query: &mut ListQuery) -> OneOf<RoleRef> {
    let built_in = query.one_of("role", &Role::ALL.map(Role::name), Role::from_name);
    let custom = query.uuid("role_id").map(|id| RoleRef::Custom(Id::from_uuid(id)));
    let built_in = built_in.values().into_iter().flatten().map(|role| RoleRef::BuiltIn(*role));
    OneOf::new(built_in.chain(custom).collect()).unwrap_or_default()
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
        (
            status = 403,
            description = "auth.step_up_required, member.owners_only, role.exceeds_caller",
        ),
        (status = 409, description = "member.last_owner, member.service_owner, sso.last_break_glass"),
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
    let last = app.last_break_glass(&caller, id.0).await?;
    let command = ChangeRole { user: id.0, expected: expected.0, role: body.value, last };
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
        (
            status = 403,
            description = "auth.step_up_required, member.owners_only, role.exceeds_caller",
        ),
        (status = 409, description = "member.last_owner, sso.last_break_glass"),
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
    let last = app.last_break_glass(&caller, id.0).await?;
    if caller.access.principal() == Principal::User(id.0) {
        app.execute(&caller, LeaveOrganization { expected, last }).await?;
    } else {
        app.execute(&caller, RemoveMember { user: id.0, expected, last }).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

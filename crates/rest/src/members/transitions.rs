//! Members who are suspended and reactivated, and service accounts.

use actix_web::{HttpResponse, post};
use plinth_application::{
    Application, Caller, Command,
    members::{ReactivateMember, SuspendMember},
};
use plinth_domain::{Name, RoleRef, User};
use plinth_ports::{IdempotencyKey, Member};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{MemberView, RoleName, chosen_role};
use crate::{
    etag::MaybeIfMatch,
    idempotency::{self, Key},
    json::{Body, Faults, Form, given},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    routing::Routes,
};

pub(super) fn routes(config: &mut Routes<'_>) {
    config.service(suspend_member).service(reactivate_member).service(create_service_account);
}

/// Suspend a member: sessions and API keys of the member stop at once in this organization, and
/// work again once the member is reactivated.
#[utoipa::path(
    tag = "members",
    operation_id = "suspend_member",
    params(("id" = Uuid, Path, description = "The user's id"), MaybeIfMatch, idempotency::Key),
    responses(
        (status = 200, body = MemberView, headers(("ETag"), ("Idempotent-Replayed"))),
        (
            status = 403,
            description = "auth.step_up_required, member.owners_only, role.exceeds_caller",
        ),
        (status = 409, description = "member.last_owner, sso.last_break_glass, state.transition"),
    ),
    security(("bearer" = ["member:update"])),
)]
#[post("/members/{id}/suspend")]
pub(crate) async fn suspend_member(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<User>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let last = app.last_break_glass(&caller, id.0).await?;
    let command = SuspendMember { user: id.0, expected: expected.0, last };
    change(&app, &caller, key.0, command).await
}

/// Give a suspended member the access back.
#[utoipa::path(
    tag = "members",
    operation_id = "reactivate_member",
    params(("id" = Uuid, Path, description = "The user's id"), MaybeIfMatch, idempotency::Key),
    responses(
        (status = 200, body = MemberView, headers(("ETag"), ("Idempotent-Replayed"))),
        (
            status = 403,
            description = "auth.step_up_required, member.owners_only, role.exceeds_caller",
        ),
        (status = 409, description = "state.transition"),
    ),
    security(("bearer" = ["member:update"])),
)]
#[post("/members/{id}/reactivate")]
pub(crate) async fn reactivate_member(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<User>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let command = ReactivateMember { user: id.0, expected: expected.0 };
    change(&app, &caller, key.0, command).await
}

async fn change(
    app: &Application,
    caller: &Caller,
    key: Option<IdempotencyKey>,
    command: impl Command<Output = Member>,
) -> Result<HttpResponse, ApiError> {
    let answer = app.execute_once(caller, key, command, |member| {
        let version = member.membership.revision.version;
        idempotency::changed(&MemberView::from(member.clone()), version)
    });
    idempotency::respond(answer.await?)
}

/// A new service account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Accounting export", "role": "viewer"}))]
pub(crate) struct NewServiceAccount {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Either a built-in role, any but `owner` …
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = RoleName)]
    role: Option<String>,
    /// … or a custom one.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Uuid)]
    role_id: Option<String>,
}

impl Form for NewServiceAccount {
    type Value = (Name, RoleRef);

    fn check(self, faults: &mut Faults) -> Option<(Name, RoleRef)> {
        let name = faults.check("/name", Name::parse(&self.name));
        let role = chosen_role(faults, self.role, self.role_id);
        Some((name?, role?))
    }
}

/// Create a service account: a member without a password, which acts by the API keys that are
/// created for it (`service_account_id`). They end when it is removed.
#[utoipa::path(
    tag = "members",
    operation_id = "create_service_account",
    params(idempotency::Key),
    request_body = NewServiceAccount,
    responses(
        (
            status = 201,
            body = MemberView,
            headers(("ETag"), ("Location"), ("Idempotent-Replayed")),
        ),
        (status = 403, description = "member.owners_only, role.exceeds_caller"),
        (status = 409, description = "member.service_owner, plan_limit_exceeded"),
    ),
    security(("bearer" = ["member:update"])),
)]
#[post("/members/service-accounts")]
pub(crate) async fn create_service_account(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewServiceAccount>,
) -> Result<HttpResponse, ApiError> {
    let (name, role) = body.value;
    let command = app.new_service_account(&caller, name, role).await?;
    let answer = app.execute_once(&caller, body.key, command, |member| {
        let membership = &member.membership;
        let location = format!("/api/v1/members/{}", membership.user.uuid());
        let version = membership.revision.version;
        idempotency::created(&MemberView::from(member.clone()), version, location)
    });
    idempotency::respond(answer.await?)
}

//! `/invitations`

use actix_web::{HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use plinth_application::{
    identity::AcceptInvitation,
    invitations::{CreateInvitation, CreatedInvitation, ListInvitations, RevokeInvitation},
};
use plinth_domain::{Email, Id, Invitation, Name, Password, Role, Timestamp};
use plinth_ports::InvitationSort;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::{SignedInView, factor},
    etag::IfMatch,
    idempotency,
    json::{Body, Faults, Form, given},
    list::{ListQuery, ListView, Paging},
    members::{RoleName, chosen_role},
    middleware::{App, Authenticated, RequestOrigin},
    path::PathId,
    problem::ApiError,
    routing::Routes,
    values::names,
};

pub(crate) fn routes(config: &mut Routes<'_>) {
    config
        .service(list_invitations)
        .service(create_invitation)
        .service(accept_invitation)
        .service(revoke_invitation);
}

names! {
    /// The state of an invitation.
    InvitationStatusName = Pending, Expired, Accepted, Revoked
}

/// An invitation to become a member.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitationView {
    id: Uuid,
    #[schema(format = Email)]
    email: String,
    /// `null` for a custom role.
    #[schema(value_type = Option<RoleName>)]
    role: Option<&'static str>,
    /// The custom role; `null` for a built-in one.
    role_id: Option<Uuid>,
    #[schema(value_type = InvitationStatusName)]
    status: &'static str,
    invited_by: Uuid,
    /// The API key by which it was created; `null` without a key.
    api_key_id: Option<Uuid>,
    expires_at: DateTime<Utc>,
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl InvitationView {
    /// The invitation, with its status at a time.
    fn at(now: Timestamp, invitation: &Invitation) -> Self {
        Self {
            id: invitation.id.uuid(),
            email: invitation.email.as_str().to_owned(),
            role: invitation.role.built_in().map(Role::name),
            role_id: invitation.role.custom().map(Id::uuid),
            status: invitation.status(now),
            invited_by: invitation.invited_by.uuid(),
            api_key_id: invitation.api_key.map(Id::uuid),
            expires_at: invitation.expires_at,
            version: invitation.revision.version.number(),
            created_at: invitation.revision.created_at,
            updated_at: invitation.revision.updated_at,
        }
    }
}

/// A new invitation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewInvitationView {
    #[serde(flatten)]
    invitation: InvitationView,
    /// Accepts the invitation. It is `null` where it is sent to the address by mail. Else it is shown
    /// only once: in a replayed response it is `null`, too.
    #[schema(example = "pli_…")]
    token: Option<String>,
}

impl NewInvitationView {
    fn of(created: &CreatedInvitation, show_token: bool) -> Self {
        let at = created.invitation.revision.created_at;
        Self {
            invitation: InvitationView::at(at, &created.invitation),
            token: created
                .token
                .as_ref()
                .filter(|_| show_token)
                .map(|token| token.expose().to_owned()),
        }
    }
}

/// A new invitation's address and role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ada@example.com", "role": "member"}))]
pub(crate) struct NewInvitation {
    #[schema(max_length = 254, format = Email)]
    email: String,
    /// Either a built-in role …
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = RoleName)]
    role: Option<String>,
    /// … or a custom one.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Uuid)]
    role_id: Option<String>,
}

impl Form for NewInvitation {
    type Value = CreateInvitation;

    fn check(self, faults: &mut Faults) -> Option<CreateInvitation> {
        let email = faults.check("/email", Email::parse(&self.email));
        let role = chosen_role(faults, self.role, self.role_id);
        Some(CreateInvitation { email: email?, role: role? })
    }
}

/// The acceptance of an invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acceptance {
    #[schema(max_length = 100, example = "pli_…")]
    token: String,
    /// The password of the existing account, or of the new one.
    #[schema(max_length = 1024, format = Password)]
    password: String,
    /// The user's name; required for a new account.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Six digits, for an account with a second factor.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 24, example = "123456")]
    code: Option<String>,
    /// Instead of the code.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 64)]
    recovery_code: Option<String>,
}

impl Form for Acceptance {
    type Value = AcceptInvitation;

    fn check(self, faults: &mut Faults) -> Option<AcceptInvitation> {
        let password = faults.check("/password", Password::attempt(self.password));
        let name = faults.check_some("/name", self.name, |text| Name::parse(&text));
        let factor = factor(faults, self.code, self.recovery_code);
        let (password, name) = (password?, name?);
        Some(AcceptInvitation { token: self.token, password, name, factor: factor? })
    }
}

/// List invitations.
#[utoipa::path(
    tag = "invitations",
    operation_id = "list_invitations",
    params(
        Paging<InvitationSort>,
    ),
    responses((status = 200, body = ListView<InvitationView>, headers(("Link")))),
    security(("bearer" = ["invitation:read"])),
)]
#[get("/invitations")]
pub(crate) async fn list_invitations(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let page = query.page(&caller)?;
    let now = app.now();
    let ask = move |page| ListInvitations { page };
    query
        .answer(app, caller, page, ask, move |invitation| InvitationView::at(now, &invitation))
        .await
}

/// Invite a user.
#[utoipa::path(
    tag = "invitations",
    operation_id = "create_invitation",
    params(idempotency::Key),
    request_body = NewInvitation,
    responses(
        (status = 201, body = NewInvitationView, headers(("ETag"), ("Idempotent-Replayed"))),
        (
            status = 403,
            description = "auth.step_up_required, member.owners_only, role.exceeds_caller",
        ),
        (status = 409, description = "invitation.open, plan_limit_exceeded"),
    ),
    security(("bearer" = ["invitation:create"])),
)]
#[post("/invitations")]
pub(crate) async fn create_invitation(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewInvitation>,
) -> Result<HttpResponse, ApiError> {
    let answer = app.execute_once(&caller, body.key, body.value, |created| {
        let version = created.invitation.revision.version;
        idempotency::shown_once(version, |token| NewInvitationView::of(created, token))
    });
    idempotency::respond(answer.await?)
}

/// Revoke an invitation.
#[utoipa::path(
    tag = "invitations",
    operation_id = "revoke_invitation",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The invitation is revoked"),
        (status = 409, description = "state.transition"),
    ),
    security(("bearer" = ["invitation:revoke"])),
)]
#[delete("/invitations/{id}")]
pub(crate) async fn revoke_invitation(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invitation>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RevokeInvitation { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Accept an invitation with its token and the password of the account. An account is created if
/// none has the address.
#[utoipa::path(
    tag = "invitations",
    operation_id = "accept_invitation",
    request_body = Acceptance,
    responses(
        (status = 200, body = SignedInView),
        (
            status = 401,
            description = "auth.invalid_token, auth.invalid_credentials, \
                auth.second_factor_needed, auth.invalid_second_factor",
        ),
        (status = 403, description = "sso.required"),
        (
            status = 409,
            description = "auth.email_taken, invitation.withdrawn, member.exists, state.transition",
        ),
        (status = 503, description = "auth.busy"),
    ),
    security(()),
)]
#[post("/invitations/accept")]
pub(crate) async fn accept_invitation(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    body: Body<Acceptance>,
) -> Result<HttpResponse, ApiError> {
    let signed_in = app.accept_invitation(&origin, body.value).await?;
    Ok(SignedInView::respond(&signed_in))
}

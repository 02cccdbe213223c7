use actix_web::{HttpResponse, delete, get, post};
use plinth_application::invitations::{ListInvitations, RevokeInvitation};
use plinth_domain::Invitation;

use super::dto::{Acceptance, InvitationView, NewInvitation, NewInvitationView};
use crate::{
    auth::SignedInView,
    etag::IfMatch,
    gate::{Anybody, App, Signed},
    idempotency,
    json::Body,
    list::{ListQuery, ListView},
    path::PathId,
    problem::ApiError,
};

/// List the invitations.
#[utoipa::path(
    tag = "invitations",
    operation_id = "list_invitations",
    responses((status = 200, body = ListView<InvitationView>)),
    security(("bearer" = ["invitation:read"])),
)]
#[get("/invitations")]
pub(crate) async fn list_invitations(
    app: App,
    Signed(caller): Signed,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let page = query.page(&caller)?;
    let found = app.query(&caller, ListInvitations { page }).await?;
    let now = app.now();
    Ok(query.respond(found, |invitation| InvitationView::at(now, &invitation)))
}

/// Invite somebody.
#[utoipa::path(
    tag = "invitations",
    operation_id = "create_invitation",
    request_body = NewInvitation,
    responses((status = 201, body = NewInvitationView)),
    security(("bearer" = ["invitation:create"])),
)]
#[post("/invitations")]
pub(crate) async fn create_invitation(
    app: App,
    Signed(caller): Signed,
    body: Body<NewInvitation>,
) -> Result<HttpResponse, ApiError> {
    let answer = app.execute_once(&caller, body.key, body.value, |created| {
        let version = created.invitation.revision.version;
        idempotency::shown_once(version, |token| NewInvitationView::of(created, token))
    });
    idempotency::respond(answer.await?)
}

/// Take an invitation back.
#[utoipa::path(
    tag = "invitations",
    operation_id = "revoke_invitation",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "It cannot be accepted any more")),
    security(("bearer" = ["invitation:revoke"])),
)]
#[delete("/invitations/{id}")]
pub(crate) async fn revoke_invitation(
    app: App,
    Signed(caller): Signed,
    id: PathId<Invitation>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RevokeInvitation { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Accept an invitation: its token proves the address, the password the
/// account. A new account is made where there is none.
#[utoipa::path(
    tag = "invitations",
    operation_id = "accept_invitation",
    request_body = Acceptance,
    responses((status = 200, body = SignedInView)),
    security(()),
)]
#[post("/invitations/accept")]
pub(crate) async fn accept_invitation(
    app: App,
    Anybody(origin): Anybody,
    body: Body<Acceptance>,
) -> Result<HttpResponse, ApiError> {
    let signed_in = app.accept_invitation(&origin, body.value).await?;
    Ok(SignedInView::respond(&signed_in))
}

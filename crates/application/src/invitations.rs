//! Invitations: offers of membership.

use plinth_domain::{Email, Invitation, InvitationId, InvitationState, Permission, Revision, Role};
use plinth_ports::{Counted, InvitationSort, Page, PageRequest};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    AuditRecord, Command, Context, Error, Expected, Query, Reading, Recorded, Token, View,
    resource::{Found, Resource},
};

pub use plinth_ports::records::invitations::INVITATION_OPEN;

plinth_domain::codes! {
    INVITATION_WITHDRAWN = "invitation.withdrawn",
        "Who created the invitation may no longer offer its role.";
}

impl Resource for Invitation {
    const KIND: &'static str = "invitation";
    const TOPIC: &'static str = "invitations";
    const READ: Permission = Permission::InvitationRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn audit_view(&self) -> impl Serialize {
        json!({
            "email": self.email.as_str(),
            "role": self.role.name(),
            "expires_at": self.expires_at,
            "status": self.status(self.revision.updated_at),
            "version": self.revision.version.number(),
        })
    }
}

/// Lists the invitations.
#[derive(Debug, Clone)]
pub struct ListInvitations {
    /// The order and the position.
    pub page: PageRequest<InvitationSort>,
}

impl Query for ListInvitations {
    const NAME: &'static str = "invitation.list";
    const PERMISSION: Permission = Permission::InvitationRead;
    type Output = Page<Invitation>;

    fn reading(&self) -> Reading {
        Reading::page(&self.page, false)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<Invitation>, Error> {
        Ok(view.unit.invitations().list(&(), &self.page).await?)
    }
}

/// Invites a person to the organization.
#[derive(Debug, Clone)]
pub struct CreateInvitation {
    /// The address of the person.
    pub email: Email,
    /// The role offered.
    pub role: Role,
}

/// A new invitation, with the token that accepts it, which is shown only now.
#[derive(Debug)]
pub struct CreatedInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// The token.
    pub token: Token,
}

impl Command for CreateInvitation {
    const NAME: &'static str = "invitation.create";
    const PERMISSION: Permission = Permission::InvitationCreate;
    type Output = CreatedInvitation;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<CreatedInvitation>, Error> {
        // What the caller has lost meanwhile is noticed when the invitation is accepted.
        ctx.access.check_role(self.role)?;
        let api_key = ctx.access.principal().api_key();
        let invitation = Invitation {
            id: ctx.id(),
            organization: ctx.organization(),
            email: self.email,
            role: self.role,
            invited_by: ctx.person()?,
            api_key,
            // The response shows the token to the inviter.
            proves_address: false,
            expires_at: ctx.now + ctx.policy.invitation,
            state: InvitationState::Pending,
            revision: Revision::first(ctx.now),
        };
        let token = ctx.token(Token::INVITATION);
        let expired = ctx.close_expired_invitations().await?;
        ctx.make_room::<Invitation>().await?;
        ctx.make_room_for(Counted::OpenInvitations, 1).await?;
        ctx.make_room_for(Counted::Members, 1).await?;
        let invitations = ctx.unit.invitations();
        invitations.insert(&invitation, &token.hash()).await.map_err(Error::write::<Invitation>)?;
        let audit = AuditRecord::created("invitation.created", &invitation)?;
        Ok(Recorded::new(CreatedInvitation { invitation, token }, audit).along_with(expired))
    }
}

/// Revokes an invitation.
#[derive(Debug, Clone)]
pub struct RevokeInvitation {
    /// The invitation.
    pub id: InvitationId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RevokeInvitation {
    const NAME: &'static str = "invitation.revoke";
    const PERMISSION: Permission = Permission::InvitationRevoke;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let before = ctx.unit.invitations().expect(self.id, &self.expected).await?;
        let after = before.clone().revoke(ctx.now)?;
        ctx.unit.invitations().update(&after).await?;
        Ok(Recorded::new((), AuditRecord::changed("invitation.revoked", &before, &after)?))
    }
}
